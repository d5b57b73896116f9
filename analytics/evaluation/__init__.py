"""Measure recommendations on orders that they were not trained on. No database is used."""
