"""Import of catalogue files: read in batches, checked row by row, written in bulk."""
