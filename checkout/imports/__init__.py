"""Import order lines: read in batches, checked row by row, written in bulk."""
