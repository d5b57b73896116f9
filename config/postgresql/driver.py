"""psycopg with connections that do not wait for an answer forever."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self, TypeVar

import psycopg
from psycopg import *  # noqa: F403 (Django reads the exceptions from the module that connects)
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout

from config.postgresql.breaker import Breaker

RV = TypeVar("RV")

# One database per process, so one breaker.
breaker = Breaker()


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is closed if an answer takes longer than `answer_seconds`; None waits."""

    answer_seconds: float | None = None
    cool_down_seconds: float = 0.0

    @classmethod
    def connect(  # type: ignore[override] # two options more than psycopg's
        cls,
        conninfo: str = "",
        *,
        answer_seconds: float | None = None,
        cool_down_seconds: float = 0.0,
        **options: Any,
    ) -> Self:
        """Connect within `connect_timeout`; a failure opens the breaker."""
        try:
            connection = super().connect(conninfo, **options)
        except psycopg.OperationalError:
            breaker.failed(cool_down_seconds)
            raise
        breaker.answered()
        connection.answer_seconds = answer_seconds
        connection.cool_down_seconds = cool_down_seconds
        return connection

    @contextmanager
    def answering_within(self, seconds: float) -> Iterator[None]:
        """Wait for each answer inside the block for this long at most."""
        usual, self.answer_seconds = self.answer_seconds, seconds
        try:
            yield
        finally:
            self.answer_seconds = usual

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for an answer of the server."""
        try:
            answer = super().wait(gen, interval=interval, timeout=timeout or self.answer_seconds)
        except _WaitTimeout as error:
            # The answer may still arrive, so the connection cannot be used for another question.
            self.pgconn.finish()
            breaker.failed(self.cool_down_seconds)
            raise psycopg.OperationalError("the database did not answer in time") from error
        breaker.answered()
        return answer


connect = PatientConnection.connect  # type: ignore[assignment] # Django calls it instead of psycopg's
