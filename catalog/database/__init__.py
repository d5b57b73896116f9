"""Read and write many rows at once, the same on both databases."""
