"""What experiments and the holdout have shown, in words."""
