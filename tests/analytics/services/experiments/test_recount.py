"""Results are counted once a day and on request, by one worker at a time."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from analytics.models import ExperimentResult
from analytics.services.experiments.recount import recount_due
from analytics.services.experiments.stored import SILENCE, read_result, request_recount
from analytics.services.experiments.trials import find_trial
from offers.models import Arm, Experiment, HoldoutGroups, Phase
from tests.analytics.services.experiments.shop import DAY, NOW, START, buy, exposure, simulate
from tests.analytics.services.totals.shop import store

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(settings: Settings) -> None:
    settings.TIME_ZONE = "UTC"


def run_experiment(**changes: Any) -> Experiment:
    experiment = Experiment.objects.create(
        code="tea", name_en="Tea", state="running", starts_at=START, **changes
    )
    for code in ("tea", "nothing"):
        Arm.objects.create(
            experiment=experiment, code=code, name=code, weight_bp=5000, is_control=code == "nothing"
        )
    Phase.objects.create(
        experiment=experiment,
        number=1,
        seed="s",
        weights={"tea": 5000, "nothing": 5000},
        coverage_bp=10_000,
        started_at=START,
    )
    return experiment


def start_holdout(**changes: Any) -> HoldoutGroups:
    values: dict[str, Any] = {"is_on": True, "seed": "s", "started_at": START, "holdout_share_bp": 5000}
    return HoldoutGroups.objects.create(**values | changes)


def test_due__until_midnight__is_counted_once(tmp_path: Path) -> None:
    run_experiment()
    store(tmp_path, [exposure("tea", customer="c")], NOW)

    assert [recount_due(at=at) for at in (NOW, NOW + timedelta(hours=3), NOW + DAY)] == [1, 0, 1]

    row = ExperimentResult.objects.get()
    assert (row.code, row.progress, row.until) == ("tea", 100, (NOW + DAY).date())


def test_control__of_an_experiment__is_the_first_arm() -> None:
    run_experiment()

    trial = find_trial("tea")

    assert trial is not None
    assert trial.arms == ("nothing", "tea")


def test_request__is_counted_again__with_the_orders_since(tmp_path: Path) -> None:
    run_experiment()
    store(tmp_path, [exposure("tea", customer=name) for name in "cd"], NOW)
    recount_due(at=NOW)
    buy(("c", START + 2 * DAY, 1))

    assert request_recount(code="tea", at=NOW)
    assert not request_recount(code="tea", at=NOW)
    assert recount_due(at=NOW) == 1

    row = ExperimentResult.objects.get()
    result = read_result(row)
    assert result is not None
    assert result.phases[0].metrics[0].means[1] == 0.5
    assert row.requested_at is None


def test_draft__is_not_counted() -> None:
    Experiment.objects.create(code="tea", name_en="Tea")

    assert recount_due(at=NOW) == 0
    assert not ExperimentResult.objects.exists()


def test_worker__that_died__is_followed_by_another() -> None:
    run_experiment()
    ExperimentResult.objects.create(code="tea", progress=40, claimed_at=NOW)

    assert recount_due(at=NOW + SILENCE - timedelta(seconds=1)) == 0
    assert recount_due(at=NOW + SILENCE + timedelta(seconds=1)) == 1


def test_error__is_stored__and_not_repeated_at_once() -> None:
    run_experiment(guardrails=["unknown"])
    with pytest.raises(ValueError, match="unknown"):
        recount_due(at=NOW)

    assert "unknown" in ExperimentResult.objects.get().error
    Experiment.objects.update(guardrails=[])
    assert [recount_due(at=NOW + timedelta(minutes=minutes)) for minutes in (30, 61)] == [0, 1]


def test_final__after_returns_have_settled__stays_when_the_journal_is_deleted(
    tmp_path: Path, settings: Settings
) -> None:
    settings.AWASE_JOURNAL_DAYS = 60
    run_experiment(ends_at=START + 5 * DAY)
    store(tmp_path, [exposure("tea", customer="c")], NOW)
    recount_due(at=START + 36 * DAY)
    before = ExperimentResult.objects.get()
    assert before.is_final
    assert recount_due(at=START + 50 * DAY) == 0

    request_recount(code="tea", at=START + 80 * DAY)
    recount_due(at=START + 80 * DAY)

    assert ExperimentResult.objects.get().content == before.content


def test_holdout__is_counted_like_an_experiment(tmp_path: Path) -> None:
    start_holdout()
    records = simulate(tmp_path, units=600, rates=(0.1, 0.4), arms=("holdout", "everything"), code="holdout")

    assert recount_due(at=NOW) == 1

    result = read_result(ExperimentResult.objects.get(code="holdout"))
    assert result is not None
    assert sum(arm.units for arm in result.phases[0].arms) == len(records)
    assert result.arms == ("holdout", "everything")
    assert result.attributed is not None


@pytest.mark.parametrize(
    ("usual", "arms"), [(0, ("holdout", "everything")), (1000, ("holdout", "usual", "everything"))]
)
def test_groups__of_the_shop__are_arms_by_their_share(usual: int, arms: tuple[str, ...]) -> None:
    start_holdout(usual_share_bp=usual, holdout_share_bp=1000)

    trial = find_trial("holdout")

    assert trial is not None
    assert trial.arms == arms
    assert sum(trial.phases[0].weights) == pytest.approx(1)
    assert trial.phases[0].weights[0] == 0.1


def test_groups__never_started__are_nothing() -> None:
    HoldoutGroups.objects.create()

    assert find_trial("holdout") is None
    assert recount_due(at=datetime.fromisoformat("2026-12-01T00:00:00Z")) == 0
