"""SQLite's only writer, held by another connection."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import connection

WAIT_SECONDS = 0.5


@contextmanager
def busy_writer() -> Iterator[None]:
    """Hold the write lock in another connection; writers of this one wait half a second."""
    connection.close()
    usual = connection.settings_dict["OPTIONS"]["timeout"]
    connection.settings_dict["OPTIONS"]["timeout"] = WAIT_SECONDS
    try:
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"]["timeout"] = usual
