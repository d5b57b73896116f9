"""What was learned from orders, as compact records that decisions read."""
