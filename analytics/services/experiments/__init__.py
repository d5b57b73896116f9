"""What experiments and the holdout have shown, counted from the journal and the orders."""
