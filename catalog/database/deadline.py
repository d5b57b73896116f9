"""A shorter deadline for a question whose answer can be done without."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def answers_within(seconds: float) -> Iterator[None]:
    """Fail with OperationalError if an answer inside the block takes longer.

    Only on PostgreSQL: readers of SQLite wait for nobody.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor():
        # Now there is a connection, and it was checked.
        opened = connection.connection
    with opened.answering_within(seconds):
        yield
