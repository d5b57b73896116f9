"""A bandit from the journal to the shares of the next day."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from analytics.services.experiments.bandit.divide import divide_due, figures_of
from analytics.services.experiments.bandit.figures import BanditFigures
from analytics.services.experiments.trials import started_trials
from engine.journal.record import JournalRecord
from offers.models import BanditDay, Division, Experiment, Phase
from offers.services.collection.experiments import collect_experiments
from offers.services.experiments.start import start_experiment
from tests.analytics.services.experiments.shop import DAY, NOW, START, buy, exposure
from tests.analytics.services.totals.shop import store
from tests.offers.services.experiments.lab import draft
from tests.support.admin_cast import Cast, sign_in
from tests.support.languages import in_both_languages

pytestmark = pytest.mark.django_db
ARMS = ("control", "new")


@pytest.fixture(autouse=True)
def shop(settings: Settings) -> None:
    settings.TIME_ZONE, settings.AWASE_TAX_DISPLAY = "UTC", "gross"


def start_bandit(**columns: object) -> Experiment:
    experiment = draft("tea", division=Division.RESULTS, **columns)  # type: ignore[arg-type]
    start_experiment(experiment=experiment, at=START)
    return experiment


def shown(arm: str, name: str, *, propensity: float = 0.5, day: int = 1) -> JournalRecord:
    at = START + day * DAY
    return exposure(arm, customer=name, at=at, propensities={"tea": propensity})


def trade(folder: Path, units: int, *, buyers: dict[str, int], day: int = 1, propensity: float = 0.5) -> None:
    """Let as many shoppers see each arm on a day; some of them buy on the next one."""
    store(
        folder,
        [
            shown(
                arm,
                f"{arm}-{day}-{number}",
                day=day,
                propensity=propensity if arm == "new" else 1 - propensity,
            )
            for arm in ARMS
            for number in range(units)
        ],
        NOW,
    )
    buy(
        *[
            (f"{arm}-{day}-{number}", START + (day + 1) * DAY, 1)
            for arm, count in buyers.items()
            for number in range(count)
        ]
    )


def test_better_arm__after_a_night__gets_more_of_the_next_snapshot(tmp_path: Path) -> None:
    experiment = start_bandit()
    trade(tmp_path, 100, buyers={"control": 10, "new": 20})

    assert divide_due(at=NOW) == 1

    day = BanditDay.objects.get()
    assert sum(day.shares.values()) == 10_000
    # The chance that a rate of 20 in 100 is above one of 10 in 100, with uniform priors: 0.976.
    assert day.shares["new"] == pytest.approx(9_760, abs=60)
    assert Phase.objects.get(experiment=experiment).weights == day.shares
    [running] = collect_experiments().running
    assert (running.follows_results, running.propensity_of("new")) == (True, day.shares["new"] / 10_000)


def test_division__on_the_same_day_again__does_nothing(tmp_path: Path) -> None:
    start_bandit()
    trade(tmp_path, 10, buyers={})

    assert [divide_due(at=at) for at in (NOW, NOW + timedelta(hours=2), NOW + DAY)] == [1, 0, 1]


def test_share__of_a_hopeless_arm__is_its_limit(tmp_path: Path) -> None:
    experiment = start_bandit()
    experiment.arms.filter(code="control").update(least_bp=800)
    trade(tmp_path, 100, buyers={"control": 0, "new": 60})

    divide_due(at=NOW)

    assert BanditDay.objects.get().shares == {"control": 800, "new": 9_200}


def test_bandit__after_two_clear_weeks__is_settled_and_stays(tmp_path: Path) -> None:
    start_bandit()
    trade(tmp_path, 200, buyers={"control": 4, "new": 120})

    assert [divide_due(at=START + days * DAY + timedelta(hours=1)) for days in (13, 14, 15)] == [1, 1, 0]
    assert list(BanditDay.objects.order_by("day").values_list("is_settled", flat=True)) == [False, True]


def test_estimate__of_unequal_shares__weighs_by_propensity(tmp_path: Path) -> None:
    experiment = start_bandit()
    trade(tmp_path, 100, buyers={"control": 10, "new": 30}, propensity=0.8)

    figures = figures_of(experiment, at=NOW)

    assert figures is not None
    control, new = (one.would_convert for one in figures.arms)
    assert control is not None
    assert new is not None
    # 30 purchases that count 1 / 0.8 each, and 10 that count 1 / 0.2, among 200 shoppers.
    assert new.plain.value == pytest.approx(30 / 0.8 / 200)
    assert control.plain.value == pytest.approx(10 / 0.2 / 200)
    assert (new.normalised.value, new.effective_size) == pytest.approx((0.3, 100))
    assert new.normalised.low < 0.3 < new.normalised.high


def test_shopper__seen_in_both_arms__counts_for_the_first(tmp_path: Path) -> None:
    experiment = start_bandit()
    store(tmp_path, [shown("new", "c"), shown("control", "c", day=3), shown("control", "d")], NOW)
    buy(("c", START + 4 * DAY, 1))

    figures = figures_of(experiment, at=NOW)

    assert figures is not None
    assert [(one.arm, one.shoppers, one.buyers) for one in figures.arms] == [("control", 1, 0), ("new", 1, 1)]


def test_queries__of_many_shoppers__are_as_many_as_of_few(tmp_path: Path) -> None:
    experiment = start_bandit()
    counts = []
    for day, units in ((1, 3), (2, 60)):
        trade(tmp_path, units, buyers={"new": units // 3}, day=day)
        with CaptureQueriesContext(connection) as queries:
            figures_of(experiment, at=NOW)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_bandit__is_not_judged_like_an_experiment() -> None:
    start_bandit()

    assert list(started_trials()) == []


@pytest.mark.usefixtures("cast")
@in_both_languages
def test_page__says_what_it_does_and_why(tmp_path: Path, language: str) -> None:
    start_bandit()
    trade(tmp_path, 100, buyers={"control": 10, "new": 20})
    divide_due(at=NOW)

    page = sign_in("analyst", language).get("/admin/experiments/tea/")

    assert page.status_code == 200
    assert "awase-verdict" in page.text
    assert page.text.count("97.") >= 2


def test_page__before_the_first_midnight__says_so(cast: Cast) -> None:
    start_bandit()

    assert "from the first midnight on" in cast.analyst.get("/admin/experiments/tea/").text


def test_figures__are_stored_as_they_are(tmp_path: Path) -> None:
    experiment = start_bandit()
    trade(tmp_path, 20, buyers={"new": 3})
    divide_due(at=NOW)

    assert msgspec.convert(BanditDay.objects.get().figures, BanditFigures) == figures_of(experiment, at=NOW)
