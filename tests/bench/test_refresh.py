from datetime import UTC, datetime

from tests.bench.load import Load, SeenGeneration
from tests.bench.refresh import _serving_delays

FIRST, SECOND, THIRD = (datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2, 3))


def test_delays__two_swaps__are_counted_from_the_swap_to_the_first_new_and_the_last_old_answer() -> None:
    load = Load(
        generations={
            FIRST.isoformat(): SeenGeneration(0.0, 11.0),
            SECOND.isoformat(): SeenGeneration(10.5, 23.0),
            THIRD.isoformat(): SeenGeneration(21.5, 30.0),
        }
    )

    delays = _serving_delays(load, [(10.0, SECOND), (20.0, THIRD)])

    assert delays == {
        "first_new_answer_seconds": {"median": 1.0, "longest": 1.5},
        "all_new_answers_seconds": {"median": 2.0, "longest": 3.0},
    }
