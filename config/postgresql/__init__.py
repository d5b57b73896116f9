"""Django's PostgreSQL backend with deadlines: a database that does not answer holds nobody."""
