"""Results of offers, read from daily totals only."""
