"""Processing a request once per key: stored responses, freed keys, expired claims."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.models import ApiKey, IdempotentCall
from gateway.services.idempotency import (
    CLAIM,
    KEPT,
    InProgressError,
    KeyReusedError,
    StoredAnswer,
    fingerprint_of,
    forget_calls,
    run_once,
)
from offers.models import Placement

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def key() -> ApiKey:
    return ApiKey.objects.create(name="shop", kind="secret", digest="d")


def run(key: ApiKey, work: object = None, *, at: datetime = NOON, fingerprint: str = "f") -> StoredAnswer:
    """Run work that opens a placement, or the work that is given."""

    def open_placement() -> StoredAnswer:
        count = Placement.objects.create(code=f"p-{Placement.objects.count()}").pk
        return StoredAnswer(201, f"{count}".encode())

    chosen = work or open_placement
    return run_once(key_id=key.pk, name="k", fingerprint=fingerprint, at=at, work=chosen)  # type: ignore[arg-type]


def test_request__repeated__returns_the_stored_response(key: ApiKey) -> None:
    first, again = run(key), run(key)

    assert (again.status, again.body) == (first.status, first.body)
    assert (first.is_repeated, again.is_repeated) == (False, True)
    assert Placement.objects.count() == 1


def test_request__different_with_the_same_key__is_refused(key: ApiKey) -> None:
    run(key)

    with pytest.raises(KeyReusedError):
        run(key, fingerprint="another")


def test_request__that_fails__is_rolled_back_and_frees_the_key(key: ApiKey) -> None:
    def fail() -> StoredAnswer:
        Placement.objects.create(code="half")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        run(key, fail)

    assert not Placement.objects.exists()
    assert run(key).status == 201


def test_request__within_itself__is_in_progress(key: ApiKey) -> None:
    def ask_again() -> StoredAnswer:
        return run(key)

    with pytest.raises(InProgressError):
        run(key, ask_again)


def test_request__taken_over_by_another_process__is_rolled_back(key: ApiKey) -> None:
    def work_for_two_minutes() -> StoredAnswer:
        Placement.objects.create(code="late")
        run(key, at=NOON + 2 * CLAIM)
        return StoredAnswer(201, b"late")

    with pytest.raises(InProgressError):
        run(key, work_for_two_minutes)

    # In one connection the takeover's work goes with the late one's; its key is free again.
    assert not Placement.objects.filter(code="late").exists()


def test_responses__older_than_24_hours__are_deleted(key: ApiKey) -> None:
    run(key)

    forgotten = [forget_calls(at=NOON + KEPT + delay) for delay in (timedelta(0), timedelta(seconds=1))]

    assert forgotten == [0, 1]
    assert not IdempotentCall.objects.exists()


def test_fingerprint__of_parts_split_differently__differs() -> None:
    assert fingerprint_of(b"ab", b"c") != fingerprint_of(b"a", b"bc")
