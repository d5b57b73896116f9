"""Clicks and accepts count with an impression, which may arrive a little later."""

from datetime import timedelta

import pytest

from offers.models import Event
from offers.services import event_store
from offers.services.exclusions.impression import GRACE, count_seen, find_seen
from tests.offers.reported import AT, decided, exclusions, report, sent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["click", "accept"])
def test_impression__before_with_and_after_the_click__counts_it(kind: str) -> None:
    first, second, third = decided(), decided(), decided()

    report(sent("seen-1", "impression", first))
    report(sent("1", kind, first), sent("2", kind, second), sent("seen-2", "impression", second))
    report(sent("3", kind, third))
    waiting = exclusions()["3"]
    report(sent("seen-3", "impression", third), at=AT + GRACE)

    assert waiting == "no_impression"
    assert set(exclusions().values()) == {""}


def test_impression__after_the_grace_time__counts_alone() -> None:
    shown = decided()
    report(sent("click", "click", shown))

    report(sent("seen", "impression", shown), at=AT + GRACE + timedelta(seconds=1))

    assert exclusions() == {"click": "no_impression", "seen": ""}


def test_impression__of_another_person_or_decision_or_a_bot__does_not_count_the_click() -> None:
    shown, robots = decided(), decided()

    report(sent("seen", "impression", decided()), sent("other", "impression", shown, session="s-2"))
    report(sent("robot", "impression", robots), user_agent="Googlebot/2.1")
    report(sent("click-1", "click", shown), sent("click-2", "click", robots))

    assert exclusions() | {"click-1": "no_impression", "click-2": "no_impression"} == exclusions()


def test_impression__clicks_that_wait__count_once() -> None:
    shown = decided()
    report(sent("a", "click", shown), sent("b", "click", shown))
    report(sent("c", "click", shown))

    report(sent("seen", "impression", shown))

    assert exclusions() == {"a": "", "b": "repeat", "c": "repeat", "seen": ""}


def test_impression__decline_without_one__counts() -> None:
    report(sent("a", "decline", decided()))

    assert exclusions() == {"a": ""}


def test_count_seen__called_again__changes_nothing() -> None:
    report(sent("a", "click", decided(key=7)), sent("b", "click", decided()))
    report(sent("seen", "impression", decided(key=7)))
    before, seen = exclusions(), list(Event.objects.counted())

    every = [set(Event.objects.values_list(column, flat=True)) for column in ("decision", "person")]
    found = find_seen(decisions=every[0], persons=every[1], at=AT)

    assert found == count_seen(found=seen) == []
    assert exclusions() == before


def test_count_seen__call_that_a_killed_process_missed__is_made_up_for_when_the_batch_is_sent_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = [sent("seen", "impression", shown := decided()), sent("click", "click", shown)]
    with monkeypatch.context() as killed:
        killed.setattr(event_store, "find_seen", lambda **_asked: [])
        report(*batch)
    waiting = exclusions()

    accepted = report(*batch, at=AT + timedelta(seconds=30))

    assert waiting == {"seen": "", "click": "no_impression"}
    assert accepted == 0
    assert exclusions() == {"seen": "", "click": ""}
