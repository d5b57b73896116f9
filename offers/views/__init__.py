"""Pages for shoppers."""
