"""Daily totals of offers, counted again for the days that have changed."""
