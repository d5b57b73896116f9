"""Which events were recorded: each once, and no day has more than its share."""

from engine.behaviour import Seen
from engine.behaviour.seen import MOST_PER_DAY, digest_of


def seen(*events: str, day: int = 9) -> Seen:
    found = Seen()
    for event in events:
        found.record(day, digest_of(event), digest_of("what", event))
    return found


def test_seen__packed__knows_events_counts_and_days() -> None:
    packed = seen("a", "b").pack()

    found = Seen.read(packed)

    assert (found.has_event(digest_of("a")), found.has_event(digest_of("c"))) == (True, False)
    assert (found.has_counted(digest_of("what", "b")), found.has_counted(digest_of("b"))) == (True, False)
    assert (found.count_on(9), found.count_on(8), found.first_day) == (2, 0, 9)
    assert found.pack() == packed


def test_seen__nothing__takes_no_bytes() -> None:
    assert Seen().pack() == b""
    assert Seen.read(b"").first_day is None


def test_seen__minute_changes__counts_from_one() -> None:
    found = Seen()

    assert [found.arrived_in(minute) for minute in (5, 5, 6, 6, 6)] == [1, 2, 1, 2, 3]


def test_seen__merged__has_each_once_and_no_more_than_a_day_holds() -> None:
    ours = seen(*(f"a-{n}" for n in range(MOST_PER_DAY)))

    merged = ours.merged_with(seen("a-1", "b", day=9)).merged_with(seen("c", day=10))

    assert merged.count_on(9) == MOST_PER_DAY
    assert merged.has_event(digest_of("b"))
    assert merged.count_on(10) == 1
    assert merged.since(10).count_on(9) == 0
