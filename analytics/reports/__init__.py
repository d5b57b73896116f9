"""Business figures: results, recommendation quality, customers, data coverage."""
