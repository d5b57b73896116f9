"""Arms through the API: each shopper is shown the offers of their arm, and charged its prices."""

from typing import Any

import pytest
from django.utils.timezone import now

from offers.models import CuratedProduct, Offer
from offers.services.experiments.end import conclude_experiment, stop_experiment
from offers.services.experiments.holdout import start_groups
from offers.services.experiments.start import start_experiment
from tests.checkout.charging import quote
from tests.offers.market import butter_with_bread, publish, stock_shop
from tests.offers.services.experiments.lab import draft
from tests.support.api_cast import Caller, Cast, body_of

pytestmark = pytest.mark.django_db
BREAD = {"placement": "cart", "cart": [{"sku": "bread", "quantity": 1}]}
VISITORS = [f"v-{number}" for number in range(12)]


@pytest.fixture
def discount(cast: Cast) -> Offer:
    """80 yen off butter with bread, without acceptance: what is charged depends on the arm alone."""
    del cast
    goods = stock_shop()
    return butter_with_bread(goods)


def shown(who: Caller, visitor: str) -> list[str]:
    answer = body_of(who.post("/api/v1/offers", BREAD | {"visitor": visitor}))
    return [one["offer"] for one in answer["offers"]]


def charged(who: Caller, visitor: str) -> int:
    """Return what bread and butter cost in yen."""
    answer: Any = quote(who, {"visitor": visitor}, bread=1, butter=1)
    return int(answer["totals"]["total"]["amount"])


def seen_by_all(who: Caller) -> dict[str, tuple[bool, bool]]:
    """Return by visitor whether the discount is shown, and whether it is charged."""
    publish()
    return {one: (shown(who, one) == ["butter"], charged(who, one) == 720) for one in VISITORS}


def test_arms__of_visitors__are_shown_and_charged_alike(cast: Cast, discount: Offer) -> None:
    assert set(seen_by_all(cast.server).values()) == {(True, True)}
    experiment = draft("sale", offers={"new": [discount]}, acknowledged_prices=True)
    start_experiment(experiment=experiment, at=now())

    running = seen_by_all(cast.server)
    assert set(running.values()) == {(True, True), (False, False)}

    stop_experiment(experiment=experiment, at=now())
    assert set(seen_by_all(cast.server).values()) == {(False, False)}

    conclude_experiment(experiment=experiment, winner=experiment.arms.get(code="new"), at=now())
    assert set(seen_by_all(cast.server).values()) == {(True, True)}


def test_holdout__turned_on__shows_nothing_to_its_members(cast: Cast, discount: Offer) -> None:
    assert CuratedProduct.objects.filter(offer=discount).exists()
    groups = start_groups(at=now())
    groups.holdout_share_bp = 5000
    groups.save()

    publish()

    assert {bool(shown(cast.server, one)) for one in VISITORS} == {True, False}
