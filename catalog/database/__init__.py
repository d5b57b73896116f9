"""Read and write many rows at once, on both databases."""
