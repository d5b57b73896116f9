from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from offers.models import Audience, AudienceCount, Customer, CustomerAttribute
from offers.services.audience import count as counting
from offers.services.audience import evaluate
from offers.services.audience.count import SILENCE, count_waiting, request_counts
from offers.services.audience.members import unpack_members

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
DRY = {"type": "attribute", "op": "is", "name": "skin", "values": ["dry"]}


@pytest.fixture(autouse=True)
def skin(db: None) -> None:  # noqa: ARG001 (a fixture asks for another by its name)
    CustomerAttribute.objects.create(code="skin", name_en="skin", type="text")


def audience(code: str, *nodes: dict[str, Any]) -> Audience:
    conditions = {"version": 1, "match": "all", "nodes": list(nodes)}
    return Audience.objects.create(code=code, name_en=code, conditions=conditions)


def all_of_them() -> QuerySet[Audience]:
    return Audience.objects.all()


@pytest.fixture
def customers() -> list[Customer]:
    skins = ("dry", "oily", "dry", None)
    return [
        Customer.objects.create(external_id=f"c-{place}", attributes={"skin": skin} if skin else {})
        for place, skin in enumerate(skins)
    ]


def test_count__requested__stores_size_members_and_moment(customers: list[Customer]) -> None:
    dry = audience("dry", DRY)
    others = audience("others", {"type": "audience", "op": "is_not", "audiences": [dry.pk]})
    request_counts(audiences=all_of_them(), at=AT)

    assert count_waiting(at=AT) == 2

    counts = {count.audience_id: count for count in AudienceCount.objects.all()}
    assert [counts[one.pk].size for one in (dry, others)] == [2, 2]
    assert unpack_members(bytes(counts[dry.pk].members)).tolist() == [customers[0].pk, customers[2].pk]
    assert counts[dry.pk].counted_at == AT
    assert {count.requested_at for count in counts.values()} == {None}


def test_count__nothing_requested__does_nothing(django_assert_num_queries: Any) -> None:
    audience("dry", DRY)

    with django_assert_num_queries(1):
        assert count_waiting(at=AT) == 0


@pytest.mark.usefixtures("customers")
def test_count__two_workers__is_claimed_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    audience("dry", DRY)
    request_counts(audiences=all_of_them(), at=AT)
    found_by_second = []

    def scanning(**arguments: Any) -> Any:
        found_by_second.append(count_waiting(at=AT + timedelta(seconds=5)))
        yield from scan(**arguments)

    scan = evaluate.scan_members
    monkeypatch.setattr(counting, "scan_members", scanning)

    assert count_waiting(at=AT) == 1
    assert found_by_second == [0]


@pytest.mark.usefixtures("customers")
def test_count__worker_that_died__is_counted_by_the_next() -> None:
    dry = audience("dry", DRY)
    request_counts(audiences=all_of_them(), at=AT)
    AudienceCount.objects.update(claim="dead", beat_at=AT)

    assert count_waiting(at=AT + SILENCE) == 0
    assert count_waiting(at=AT + SILENCE + timedelta(seconds=1)) == 1
    assert AudienceCount.objects.get(pk=dry.pk).size == 2


@pytest.mark.usefixtures("customers")
def test_count__conditions_changed_meanwhile__is_not_stored_and_starts_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dry = audience("dry", DRY)
    request_counts(audiences=all_of_them(), at=AT)

    def scanning(**arguments: Any) -> Any:
        yield from scan(**arguments)
        Audience.objects.update(conditions={**dry.conditions, "match": "none"})
        request_counts(audiences=all_of_them(), at=AT)

    scan = evaluate.scan_members
    monkeypatch.setattr(counting, "scan_members", scanning)
    assert count_waiting(at=AT) == 0
    monkeypatch.undo()

    assert AudienceCount.objects.get(pk=dry.pk).size is None
    assert count_waiting(at=AT) == 1
    # Whose skin type nobody knows is not of another type, and so meets "none of this".
    assert AudienceCount.objects.get(pk=dry.pk).size == 2


@pytest.mark.usefixtures("customers")
def test_count__that_fails__keeps_the_last_count_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    dry = audience("dry", DRY)
    request_counts(audiences=all_of_them(), at=AT)
    count_waiting(at=AT)
    request_counts(audiences=all_of_them(), at=AT + timedelta(hours=1))

    def failing(**_arguments: Any) -> Any:
        raise ValueError("no more memory")

    monkeypatch.setattr(counting, "scan_members", failing)
    with pytest.raises(ValueError, match="no more memory"):
        count_waiting(at=AT + timedelta(hours=1))

    count = AudienceCount.objects.get(pk=dry.pk)
    assert (count.size, count.counted_at, count.requested_at) == (2, AT, None)
    assert count.error == "ValueError: no more memory"


@pytest.mark.usefixtures("customers")
def test_count__conditions_that_cannot_be_read__fail_alone() -> None:
    dry = audience("dry", DRY)
    old = Audience.objects.create(code="old", name_en="Old", conditions={"version": 0})
    request_counts(audiences=all_of_them(), at=AT)

    assert count_waiting(at=AT) == 1

    assert AudienceCount.objects.get(pk=dry.pk).size == 2
    assert AudienceCount.objects.get(pk=old.pk).error.startswith("/version")
    assert count_waiting(at=AT) == 0
