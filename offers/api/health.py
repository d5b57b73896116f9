"""Health checks: liveness and readiness. They need no key and reveal no secrets."""

import logging
from typing import Final

import msgspec
from django.db import DatabaseError, connection
from django.http import HttpResponse
from rest_framework.request import Request

from gateway.api.openapi import describe
from gateway.api.problems import ProblemError
from gateway.api.shapes.known import know_values
from gateway.api.shapes.problem import FieldError
from gateway.api.shapes.types import MomentText
from gateway.api.views import OpenView, answer
from gateway.services.key_ring import key_ring_file
from offers.api.serving import current_snapshot
from offers.api.shapes.examples import ALIVE_ANSWER, READY_ANSWER
from offers.services.journal.process import journal_state

logger = logging.getLogger(__name__)

_RETRY_SECONDS: Final = "5"


class Alive(msgspec.Struct, frozen=True):
    """The process is running."""

    status: str


class JournalHealth(msgspec.Struct, frozen=True):
    """The decision journal of the process that answers: `ok`, `failing` or `off`.

    `written` and `lost` count its decisions since it started. `error` says why the last one was lost.
    """

    status: str
    written: int
    lost: int
    error: str


class Ready(msgspec.Struct, frozen=True):
    """Ready to serve. `snapshot` and `generation` are the versions being served.

    Offers are served also when the journal is failing.
    """

    status: str
    snapshot: str
    built_at: MomentText
    generation: MomentText | None
    journal: JournalHealth


know_values(Alive, status=["ok"])
know_values(Ready, status=["ok"])
know_values(JournalHealth, status=["ok", "failing", "off"])


class LiveView(OpenView):
    """Tells whether the process is running; checks nothing else."""

    @describe(
        "livez",
        "Liveness check",
        tag="Health",
        answers={200: Alive},
        answer_examples={"answer": ALIVE_ANSWER},
    )
    def get(self, request: Request) -> HttpResponse:
        """Respond while the process is running."""
        return answer(Alive("ok"))


class ReadyView(OpenView):
    """Tells whether the database, a snapshot and the key ring are available."""

    @describe(
        "readyz",
        "Readiness check",
        tag="Health",
        answers={200: Ready},
        answer_examples={"answer": READY_ANSWER},
        problems=(503,),
    )
    def get(self, request: Request) -> HttpResponse:
        """Return the version and build time of the data being served, or what is missing."""
        missing = [error for error in (_database(), _key_ring(), _snapshot()) if error]
        if missing:
            detail = " ".join(error.detail for error in missing)
            raise ProblemError("not_ready", detail, errors=missing, headers={"Retry-After": _RETRY_SECONDS})
        snapshot = current_snapshot()
        return answer(
            Ready("ok", snapshot.version, snapshot.built_at, snapshot.generation, _journal_health())
        )


def _journal_health() -> JournalHealth:
    state = journal_state()
    if state is None:
        return JournalHealth("off", 0, 0, "")
    status = "failing" if state.error else "ok"
    return JournalHealth(status, state.written_count, state.lost_count, state.error)


def _database() -> FieldError | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database is not responding")
        return FieldError("", "database_unavailable", "The database is not responding.")
    return None


def _key_ring() -> FieldError | None:
    if key_ring_file().current() is None:
        return FieldError("", "key_ring_missing", "No key ring has been published.")
    return None


def _snapshot() -> FieldError | None:
    try:
        current_snapshot()
    except ProblemError:
        return FieldError("", "snapshot_missing", "No snapshot has been built.")
    return None
