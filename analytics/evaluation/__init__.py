"""Measure what is served on orders that it did not learn from. No database, no Django."""
