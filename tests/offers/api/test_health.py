"""/livez and /readyz: for probes, without a key."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from pytest_django import Settings

from gateway.services.key import publish_key_ring
from tests.support.api_cast import Caller, body_of, problem_of

pytestmark = pytest.mark.django_db


def test_livez__process_up__is_ok() -> None:
    response = Caller().get("/livez")

    assert (response.status_code, body_of(response)) == (200, {"status": "ok"})


def test_readyz__everything_available__reports_the_snapshots_age(
    shop: str, settings: Settings, tmp_path: Path
) -> None:
    settings.AWASE_JOURNAL_DIR = tmp_path
    publish_key_ring()

    response = Caller().get("/readyz")

    assert response.status_code == 200
    assert body_of(response) == {
        "status": "ok",
        "snapshot": shop,
        "built_at": "2026-11-21T09:05:00Z",
        "generation": "2026-11-21T09:00:00Z",
        "journal": {"status": "ok", "written": 0, "lost": 0, "error": ""},
    }


def test_readyz__nothing_available__names_what_is_missing() -> None:
    response = Caller().get("/readyz")

    problem = problem_of(response, 503, "not_ready")
    assert [error["code"] for error in problem["errors"]] == ["key_ring_missing", "snapshot_missing"]
    assert response["Retry-After"]


@pytest.mark.usefixtures("shop")
def test_readyz__database_down__reveals_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("connection to db.internal failed for user swordfish")

    publish_key_ring()
    monkeypatch.setattr(connection, "cursor", refuse)

    response = Caller().get("/readyz")

    (error,) = problem_of(response, 503, "not_ready")["errors"]
    assert error["code"] == "database_unavailable"
    assert b"swordfish" not in response.content
