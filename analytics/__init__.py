"""What happened and what it teaches: orders, statistics, results."""
