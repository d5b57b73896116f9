"""Read from the database all that a snapshot holds: sets and arrays, a constant number of queries."""
