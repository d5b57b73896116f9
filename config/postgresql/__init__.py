"""Django's PostgreSQL backend with timeouts: a database that does not respond cannot block other requests."""
