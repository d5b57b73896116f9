"""The people who work in the admin."""
