"""What an experiment has shown: known truths are recovered, and what spoils a result removes its verdict."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from analytics.services.experiments.result import TrialResult
from analytics.services.experiments.trial import TrialPhase
from checkout.services.refund import cancel_order, refund_order
from checkout.services.returned_lines import ReturnedLine
from tests.analytics.services.experiments.shop import (
    DAY,
    NOW,
    PRICE,
    START,
    buy,
    effect,
    evaluate,
    exposure,
    metric,
    see,
    simulate,
    trial,
)
from tests.analytics.services.totals.shop import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(settings: Settings) -> None:
    settings.TIME_ZONE, settings.AWASE_TAX_DISPLAY = "UTC", "gross"


def test_effect__of_a_simulated_shop__is_within_its_interval(tmp_path: Path) -> None:
    see(simulate(tmp_path, units=2000, rates=(0.10, 0.24)))

    result = evaluate()

    [verdict] = result.verdicts
    assert (verdict.kind, verdict.arm, verdict.metric) == ("better", "tea", "sales")
    # Fourteen points more conversion; two units at 1,000 per order, of which 400 are cost.
    truths = {"conversion": 0.14, "sales": 280, "units": 0.28, "margin": 168, "order_value": 0}
    for code, truth in truths.items():
        found = effect(result, code)
        assert found.low is not None
        assert found.high is not None
        assert found.low < truth < found.high, code
    assert effect(result, "conversion").is_certain
    assert not effect(result, "order_value").is_certain


def test_verdict__without_an_effect__is_too_early(tmp_path: Path) -> None:
    see(simulate(tmp_path, units=1000, rates=(0.2, 0.2)))

    [verdict] = evaluate().verdicts

    assert verdict.kind == "too_early"
    assert verdict.smallest_effect is not None
    assert verdict.smallest_effect > 0


@pytest.mark.parametrize("ends_at", [START + 20 * DAY, None])
def test_verdict__same_arms_looked_at_every_day__is_never_about_an_effect(
    tmp_path: Path, ends_at: datetime | None
) -> None:
    see(simulate(tmp_path, units=800, rates=(0.2, 0.2), seed=11))

    looks = [evaluate(trial(ends_at=ends_at), at=START + day * DAY) for day in range(1, 12)]

    assert {look.verdicts[0].kind for look in looks} <= {"no_data", "too_early"}


def test_verdict__split_is_not_the_configured_one__is_removed(tmp_path: Path) -> None:
    see(simulate(tmp_path, units=1500, rates=(0.1, 0.3)))

    result = evaluate(trial(TrialPhase(1, (0.4, 0.6), START)))

    [verdict] = result.verdicts
    assert (verdict.kind, verdict.phase, verdict.value) == ("broken_split", 1, None)
    assert result.phases[0].is_split_broken


def test_verdict__exposures_are_never_reported__is_removed(tmp_path: Path) -> None:
    records = simulate(tmp_path, units=1000, rates=(0.1, 0.3))
    see(records[:600])

    [verdict] = evaluate().verdicts

    assert (verdict.kind, verdict.lost_arm, verdict.value) == ("lost_exposures", "tea", None)
    assert verdict.missing_share == pytest.approx(0.4, abs=0.06)


def test_verdict__few_units__is_no_data(tmp_path: Path) -> None:
    see(simulate(tmp_path, units=60, rates=(0.1, 0.9)))

    result = evaluate()

    assert result.verdicts[0].kind == "no_data"
    assert effect(result, "conversion").low is None


def test_unit__that_logs_in_between_exposures__is_left_out(tmp_path: Path) -> None:
    before = exposure("tea", visitor="v", shown=True)
    login = exposure("tea", customer="c", visitor="v", at=START + 2 * DAY)
    store(tmp_path, [before, login, exposure("tea", customer="d")], NOW)

    [phase] = evaluate().phases

    assert (phase.left_out, [arm.units for arm in phase.arms]) == (1, [0, 1])


def test_unit__that_logs_in_after_its_exposures__counts_with_its_orders(tmp_path: Path) -> None:
    login = exposure("tea", customer="c", visitor="v", at=START + 2 * DAY)
    without_exposure = msgspec.structs.replace(login, arms={})
    store(tmp_path, [exposure("tea", visitor="v"), without_exposure, exposure("tea", customer="d")], NOW)
    buy(("c", START + 3 * DAY, 2))

    result = evaluate()

    assert result.phases[0].left_out == 0
    assert bought(result) == (1, 2 * PRICE)


def test_orders__before_the_exposure_and_after_the_phase__are_not_counted(tmp_path: Path) -> None:
    store(tmp_path, [exposure("tea", customer="c"), exposure("tea", customer="d")], NOW)
    buy(("c", START, 1), ("c", START + DAY, 1), ("c", NOW + DAY, 1), ("stranger", START + 2 * DAY, 9))

    assert bought(evaluate()) == (1, PRICE)


def test_refunds_and_cancellations__are_subtracted(tmp_path: Path) -> None:
    store(tmp_path, [exposure("tea", customer="c"), exposure("tea", customer="d")], NOW)
    kept, cancelled = buy(("c", START + 2 * DAY, 3), ("c", START + 2 * DAY, 5))

    refund_order(order_id=kept.order_id, returned=[ReturnedLine(0, 1)], is_preview=False, at=NOW)
    cancel_order(order_id=cancelled.order_id, is_preview=False, at=NOW)

    result = evaluate()
    assert bought(result) == (1, 2 * PRICE)
    assert metric(result, "margin").means[1] == 2 * (PRICE - 400) / 2
    assert metric(result, "returns").means[1] == pytest.approx(1 / 3)


def test_phases__of_different_splits__are_counted_apart(tmp_path: Path) -> None:
    change = START + 5 * DAY
    phases = TrialPhase(1, (0.5, 0.5), START, change), TrialPhase(2, (0.2, 0.8), change)
    first = exposure("nothing", customer="c")
    second = exposure("tea", customer="c", at=START + 6 * DAY)
    store(tmp_path, [first, second, exposure("tea", customer="d")], NOW)
    buy(("c", START + 2 * DAY, 1), ("c", START + 7 * DAY, 2))

    result = evaluate(trial(*phases))

    assert [[arm.units for arm in phase.arms] for phase in result.phases] == [[1, 1], [0, 1]]
    assert [phase.left_out for phase in result.phases] == [0, 0]
    assert metric(result, "sales", 1).units == (0, 1)
    assert [arm.weight for arm in result.phases[1].arms] == [0.2, 0.8]


def test_large_order__counts_as_the_largest_of_the_others(tmp_path: Path) -> None:
    see(simulate(tmp_path, units=1200, rates=(0.2, 0.2)))
    buy(("c-7-1", START + 9 * DAY + timedelta(hours=1), 5000))

    result = evaluate()

    limits = {one.column: one for one in result.phases[0].limited}
    assert limits["sales"].units == 1
    assert limits["sales"].value <= 6 * PRICE


def test_ltv__counts_units_that_are_old_enough(tmp_path: Path) -> None:
    store(
        tmp_path,
        [exposure("tea", customer="old"), exposure("tea", customer="new", at=START + 20 * DAY)],
        NOW,
    )
    buy(("old", START + 2 * DAY, 1), ("old", START + 39 * DAY, 4))

    result = evaluate(trial(ends_at=None), at=START + 45 * DAY)

    assert metric(result, "ltv_30").units == (0, 1)
    assert metric(result, "ltv_60").units == (0, 0)


def test_result__counted_twice__has_the_same_bytes(tmp_path: Path) -> None:
    see(simulate(tmp_path, units=400, rates=(0.2, 0.4)))

    first = evaluate()

    assert msgspec.json.encode(evaluate(at=NOW + timedelta(hours=2))) == msgspec.json.encode(first)


def test_queries__many_units__are_as_many_as_for_few(tmp_path: Path) -> None:
    simulate(tmp_path, units=40, rates=(0.9, 0.9))
    with CaptureQueriesContext(connection) as few:
        evaluate()

    simulate(tmp_path, units=400, rates=(0.9, 0.9), seed=8)
    with CaptureQueriesContext(connection) as many:
        evaluate()

    assert len(many) == len(few)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts SQLite's instructions")
def test_work__of_eight_times_as_many_units__is_not_much_more_than_eight_times(tmp_path: Path) -> None:
    simulate(tmp_path, units=100, rates=(0.9, 0.9))
    few = thousands_of_steps()

    simulate(tmp_path, units=700, rates=(0.9, 0.9), seed=8)
    many = thousands_of_steps()

    assert many < 12 * few


def thousands_of_steps() -> int:
    """Return how many thousands of instructions SQLite needs for a result."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.connection.set_progress_handler(count, 1000)
    evaluate()
    connection.connection.set_progress_handler(None, 0)
    return steps


def bought(result: TrialResult) -> tuple[float, float]:
    """Return the orders and the sales of the arm `tea`."""
    sales, units = metric(result, "sales"), metric(result, "sales").units[1]
    mean, value = sales.means[1], metric(result, "order_value").means[1]
    if mean is None or value is None:
        return 0, 0
    return round(mean * units / value, 6), mean * units
