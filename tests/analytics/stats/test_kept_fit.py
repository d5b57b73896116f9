import json
from dataclasses import replace

import numpy as np
import pytest

from analytics.stats import learn as module
from analytics.stats.fit import Fitted
from analytics.stats.kept_fit import VERSION, KeptFit
from analytics.stats.learn import LearnedGeneration, learn
from analytics.stats.link_parameters import LinkParameters
from analytics.stats.sales import Sales, to_baskets
from analytics.stats.settings import LearningSettings
from engine.learned.scoring import CartBlend, Scoring
from tests.analytics.stats.strategies import sales_of

SETTINGS = LearningSettings(fit_min_baskets=5, fit_days=7, fit_growth=0.05)
FITTED = Fitted(
    cart=LinkParameters(method="both", ridge=30.0, ease_share=0.3),
    page=LinkParameters(partner_exponent=0.1),
    scoring=Scoring(CartBlend(1.0, 2.0, 0.1, 0.2, 0.3, 0.4, 0.5), 0.25),
    newcomer_weight=0.5,
)


def shop(order_count: int = 200, last_day: int = 100) -> Sales:
    """Return orders of two products each, the last of them on `last_day`."""
    rng = np.random.default_rng(3)
    baskets = [[group * 3 + 1, group * 3 + 2] for group in rng.integers(4, size=order_count).tolist()]
    days = np.linspace(0, last_day, order_count).astype(int).tolist()
    return sales_of(baskets, days=days)


def kept_of(sales: Sales, settings: LearningSettings = SETTINGS) -> KeptFit:
    return KeptFit.of(FITTED, to_baskets(sales), settings, has_traits=False)


@pytest.mark.parametrize(
    ("order_count", "last_day", "holds"),
    [
        (200, 100, True),
        (210, 100, True),
        (211, 100, False),
        (190, 100, True),
        (189, 100, False),
        (200, 106, True),
        (200, 107, False),
        (200, 99, False),
    ],
)
def test_kept_fit__orders_that_changed__holds_while_they_are_few(
    order_count: int, last_day: int, holds: bool
) -> None:
    now = to_baskets(shop(order_count, last_day))

    assert kept_of(shop()).holds_for(now, SETTINGS, has_traits=False) is holds


def test_kept_fit__other_settings_or_traits__does_not_hold() -> None:
    kept, now = kept_of(shop()), to_baskets(shop())

    assert not kept.holds_for(now, replace(SETTINGS, fit_baskets=10), has_traits=False)
    assert not kept.holds_for(now, SETTINGS, has_traits=True)
    never = replace(SETTINGS, fit_days=0)
    assert not kept_of(shop(), never).holds_for(now, never, has_traits=False)


def test_kept_fit__packed__comes_back_without_its_quality() -> None:
    kept = kept_of(shop())

    assert KeptFit.unpack(json.loads(json.dumps(kept.pack()))) == kept


@pytest.mark.parametrize(
    "change", [{"version": VERSION + 1}, {"fitted": {"cart": {"method": "magic"}}}, {"order_count": None}]
)
def test_kept_fit__of_another_version_or_damaged__is_none(change: dict[str, object]) -> None:
    assert KeptFit.unpack({**kept_of(shop()).pack(), **change}) is None
    assert KeptFit.unpack({}) is None


def test_learn__with_a_fit_that_holds__chooses_nothing_and_learns_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sales = shop()
    first = learn(sales=sales, settings=SETTINGS)
    assert first.kept_fit is not None
    assert first.quality

    monkeypatch.setattr(module, "fit_scoring", _refuse)
    second = learn(sales=sales, settings=SETTINGS, kept_fit=first.kept_fit)

    assert second.kept_fit == first.kept_fit
    assert second.quality == ()
    assert _bytes(second) == _bytes(first)
    assert second.data.scoring == first.data.scoring


def test_learn__with_a_fit_that_no_longer_holds__chooses_again() -> None:
    old = kept_of(shop(order_count=100))

    learned = learn(sales=shop(), settings=SETTINGS, kept_fit=old)

    assert learned.kept_fit is not None
    assert learned.kept_fit.order_count == 200
    assert learned.quality


def test_learn__with_too_few_orders_to_choose__keeps_nothing() -> None:
    assert learn(sales=shop(order_count=20), settings=LearningSettings()).kept_fit is None


def _refuse(**_arguments: object) -> Fitted:
    raise AssertionError("The constants are chosen again.")


def _bytes(learned: LearnedGeneration) -> list[bytes]:
    data = learned.data
    return [data.partners.tobytes(), data.popular.tobytes(), data.purchases.tobytes()]
