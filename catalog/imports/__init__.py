"""Files in: the catalogue, read in batches, checked row by row, written in bulk."""
