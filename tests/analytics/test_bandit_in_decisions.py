"""A bandit from the API to its estimate: served, journalled, collected, bought, divided and served again."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now
from pytest_django import Settings

from analytics.services.experiments.bandit.divide import divide_due, figures_of
from analytics.services.journal.collect import collect_journal
from analytics.stats.proportion import Z_95
from offers.models import BanditDay, Division, Experiment, Phase
from offers.services.experiments.start import start_experiment
from tests.offers.market import butter_with_bread, publish, stock_shop
from tests.offers.services.experiments.lab import draft
from tests.support.api_cast import Caller, Cast, body_of, cast

__all__ = ["cast"]

pytestmark = pytest.mark.django_db
BREAD = {"placement": "cart", "cart": [{"sku": "bread", "quantity": 1}]}
DAY = timedelta(days=1)
SHOPPERS = 120
# One of so many shoppers of each arm buys.
EVERY: Mapping[str, int] = {"control": 8, "new": 3}


@dataclass(frozen=True)
class Visit:
    """A shopper, the arm that the answer shows, the share of this arm at that time, and whether they buy."""

    customer: str
    arm: str
    share: float
    is_buyer: bool


@pytest.fixture
def bandit(cast: Cast, tmp_path: Path, settings: Settings) -> Experiment:
    """Start a bandit yesterday: 40 % of those who buy bread are offered butter, and never more than 70 %."""
    del cast
    settings.AWASE_JOURNAL_DIR = tmp_path / "journal"
    experiment = draft(
        "butter",
        offers={"new": [butter_with_bread(stock_shop())]},
        weights={"control": 6_000, "new": 4_000},
        division=Division.RESULTS,
        acknowledged_prices=True,
    )
    experiment.arms.update(least_bp=3_000)
    start_experiment(experiment=experiment, at=now() - DAY)
    Phase.objects.update(seed="fixed")
    return experiment


def trade(server: Caller, day: str, shares: Mapping[str, int]) -> list[Visit]:
    """Ask for the offers of many shoppers with these shares of the arms; some of them buy."""
    publish()
    visits, seen = [], Counter[str]()
    for number in range(SHOPPERS):
        customer = f"{day}-{number}"
        offers = body_of(server.post("/api/v1/offers", BREAD | {"customer": customer}))["offers"]
        arm = "new" if offers else "control"
        seen[arm] += 1
        visits.append(Visit(customer, arm, shares[arm] / 10_000, seen[arm] % EVERY[arm] == 0))
    for visit in visits:
        if visit.is_buyer:
            order(server, visit.customer, now())
    return visits


def order(server: Caller, customer: str, at: datetime) -> None:
    line = {"sku": "bread", "quantity": 1, "unit_price": "320"}
    said = {"customer": customer, "placed_at": at.isoformat(), "currency": "JPY", "lines": [line]}
    assert server.put(f"/api/v1/orders/o-{customer}", said).status_code == 201


def collect(folder: Path) -> int:
    return collect_journal(folder=folder, at=now(), with_parquet=False).record_count


def test_bandit__served_on_two_days_with_other_shares__is_estimated_by_the_shares_of_each(
    cast: Cast, bandit: Experiment, settings: Settings
) -> None:
    visits = trade(cast.server, "first", {"control": 6_000, "new": 4_000})
    assert collect(settings.AWASE_JOURNAL_DIR) == SHOPPERS
    assert divide_due(at=now() + DAY) == 1
    shares = BanditDay.objects.get().shares
    assert shares == {"control": 3_000, "new": 7_000}
    visits += trade(cast.server, "second", shares)
    assert collect(settings.AWASE_JOURNAL_DIR) == SHOPPERS

    figures = figures_of(bandit, at=now() + 9 * DAY)

    assert figures is not None
    for arm in figures.arms:
        inside = [one for one in visits if one.arm == arm.arm]
        assert (arm.shoppers, arm.buyers) == (len(inside), sum(one.is_buyer for one in inside))
        weight = sum(1 / one.share for one in inside)
        gained = sum(1 / one.share for one in inside if one.is_buyer)
        squares = sum(1 / one.share**2 for one in inside)
        found = arm.would_convert
        assert found is not None
        assert found.plain.value == pytest.approx(gained / len(visits))
        assert found.normalised.value == pytest.approx(gained / weight)
        assert found.effective_size == pytest.approx(weight**2 / squares, abs=0.001)
        # Its variance by hand: residuals of buyers and of others, each weighed by its share.
        rate = gained / weight
        residuals = sum(((one.is_buyer - rate) / one.share) ** 2 for one in inside)
        assert found.normalised.high - rate == pytest.approx(Z_95 * residuals**0.5 / weight)
