"""What can be sold: products, categories, ladders, relations, bundles, price history."""
