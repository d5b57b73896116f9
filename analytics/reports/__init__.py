"""The figures that people read: results, quality, customers, coverage."""
