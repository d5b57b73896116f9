"""A shop made of arrays: as large as asked for, the same for the same seed."""
