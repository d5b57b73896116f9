"""The database writes of the demo."""
