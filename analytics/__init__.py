"""Results and statistics: what is learned from orders and events."""
