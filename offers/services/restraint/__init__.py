"""The ledgers of persons in the database, and the shop's policies. `engine.restraint` evaluates both."""
