"""Is the process alive; is it ready to serve. No key, no secrets."""

import logging
from typing import Final

import msgspec
from django.db import DatabaseError, connection
from django.http import HttpResponse
from rest_framework.request import Request

from gateway.api.openapi import describe
from gateway.api.problems import ProblemError
from gateway.api.shapes.problem import FieldError
from gateway.api.views import OpenView, answer
from gateway.services.key_ring import key_ring_file
from offers.api.serving import current_snapshot

logger = logging.getLogger(__name__)

_RETRY_SECONDS: Final = "5"


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str


class Ready(msgspec.Struct, frozen=True):
    """Everything that serving needs is there; `snapshot` and `generation` say how fresh it is."""

    status: str
    snapshot: str
    built_at: str
    generation: str | None


class LiveView(OpenView):
    """The process answers; nothing else is looked at."""

    @describe("livez", "Is the process alive", answers={200: Alive})
    def get(self, request: Request) -> HttpResponse:
        """Answer."""
        return answer(Alive("ok"))


class ReadyView(OpenView):
    """The database, a snapshot and the key ring are there."""

    @describe("readyz", "Is it ready to serve", answers={200: Ready}, problems=(503,))
    def get(self, request: Request) -> HttpResponse:
        """Name what is missing, or say how fresh what is served is."""
        missing = [error for error in (_database(), _key_ring(), _snapshot()) if error]
        if missing:
            detail = " ".join(error.detail for error in missing)
            raise ProblemError("not_ready", detail, errors=missing, headers={"Retry-After": _RETRY_SECONDS})
        snapshot = current_snapshot()
        return answer(Ready("ok", snapshot.version, snapshot.built_at, snapshot.generation))


def _database() -> FieldError | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer")
        return FieldError("", "database_unavailable", "The database does not answer.")
    return None


def _key_ring() -> FieldError | None:
    if key_ring_file().current() is None:
        return FieldError("", "key_ring_missing", "No key ring is published.")
    return None


def _snapshot() -> FieldError | None:
    try:
        current_snapshot()
    except ProblemError:
        return FieldError("", "snapshot_missing", "No snapshot is built.")
    return None
