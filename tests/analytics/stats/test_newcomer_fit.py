from dataclasses import replace
from functools import cache

import numpy as np

from analytics.stats.fit import FIRST_ORDER
from analytics.stats.holdout import hold_out
from analytics.stats.learn import learn
from analytics.stats.newcomer_fit import NewcomerFit, fit_newcomers
from analytics.stats.sales import Baskets, Sales, to_baskets
from analytics.stats.settings import LearningSettings
from analytics.stats.traits import CustomerTraits
from tests.analytics.stats.strategies import Basket, sales_of

SETTINGS = LearningSettings(fit_min_baskets=50)
CUSTOMERS = np.arange(1, 2_501)
SKINS = 4


def shop(*, matters: float, seed: int = 0) -> Baskets:
    baskets, customers = orders(matters=matters, seed=seed)
    return to_baskets(sales_of(baskets, customers=customers))


def orders(*, matters: float, seed: int = 0) -> tuple[list[Basket], list[int]]:
    """Return orders of customers with one of four skin types, of whom each orders at most twice.

    `matters` is the share of purchases that are chosen for the skin type; the others are the same for all.
    """
    rng = np.random.default_rng(seed)
    baskets: list[Basket] = []
    customers: list[int] = []
    for customer in CUSTOMERS.tolist():
        for _ in range(int(rng.integers(1, 3))):
            chosen = rng.random(3) < matters
            for_skin = 10 * (customer % SKINS) + rng.choice(10, 3, replace=False)
            for_all = 100 + np.floor(100 * rng.random(3) ** 3).astype(int)
            baskets.append(sorted(set((1 + np.where(chosen, for_skin, for_all)).tolist())))
            customers.append(customer)
    return baskets, customers


def sales(*, matters: float) -> Sales:
    baskets, customers = orders(matters=matters)
    return replace(sales_of(baskets, customers=customers), traits=skins())


def skins(customers: np.ndarray[tuple[int], np.dtype[np.int64]] = CUSTOMERS) -> CustomerTraits:
    names = tuple(f"skin={place}" for place in range(SKINS))
    return CustomerTraits(customer=customers, trait=customers % SKINS, names=names)


@cache
def fitted(*, matters: float, seed: int = 0) -> NewcomerFit:
    found = fit(shop(matters=matters, seed=seed), skins())
    assert found is not None
    return found


def fit(baskets: Baskets, traits: CustomerTraits) -> NewcomerFit | None:
    is_shown = np.ones(len(baskets.product), np.bool_)
    holdout = hold_out(baskets=baskets, is_shown=is_shown, settings=SETTINGS)
    return fit_newcomers(holdout=holdout, traits=traits, settings=SETTINGS)


def test_fit__attributes_that_decide_purchases__get_a_weight_and_hit_more_first_orders() -> None:
    found = fitted(matters=0.5)

    assert found.weight > 0
    assert len(found.questions) > 100
    assert found.served.mean() > found.plain.mean() + 0.1


def test_fit__attributes_that_say_nothing__get_no_weight() -> None:
    found = [fitted(matters=0.0, seed=seed) for seed in range(5)]

    assert [one.weight for one in found] == [0.0] * 5
    assert all((one.served == one.plain).all() for one in found)


def test_fit__questions__are_first_orders_of_customers_who_did_not_order_before() -> None:
    baskets = shop(matters=0.5)
    found = fitted(matters=0.5)

    asked, counts = np.unique(found.questions.customer, return_counts=True)
    placed = baskets.placed_us[np.isin(baskets.customer, asked)]
    assert (counts == 1).all()
    # Nobody of them ordered in the nine tenths of the orders that were learned from.
    assert placed.min() > np.quantile(baskets.placed_us, 0.75)


def test_learning__attributes_that_help__are_published_and_others_are_not() -> None:
    helpful, useless = (
        learn(
            sales=sales(matters=matters),
            settings=replace(SETTINGS, fit_baskets=300, ease_product_limit=10),
        )
        for matters in (0.5, 0.0)
    )

    newcomers = helpful.data.scoring.newcomers
    assert newcomers is not None
    best = max(newcomers.traits["skin=2"], key=lambda one: one.affinity)
    assert best.product in range(21, 31)
    assert useless.data.scoring.newcomers is None
    assert [rows.quality[-1].question for rows in (helpful, useless)] == [FIRST_ORDER, FIRST_ORDER]
    assert [rows.quality[-1].method for rows in (helpful, useless)] == ["attributes", "popular"]


def test_fit__too_few_first_orders_with_attributes__is_not_tried() -> None:
    baskets = shop(matters=0.5)

    assert fit(baskets, skins(CUSTOMERS[:0])) is None
    assert fit(baskets, skins(CUSTOMERS[:20])) is None
