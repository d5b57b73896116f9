from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from analytics.stats.fit import QUESTIONS, Fitted, fit_scoring
from analytics.stats.link_parameters import CART_DEFAULT, PAGE_DEFAULT
from analytics.stats.sales import Baskets, to_baskets
from analytics.stats.settings import LearningSettings
from engine.learned.scoring import Scoring
from tests.analytics.stats.strategies import Basket, sales_of

pytestmark = pytest.mark.xdist_group("fit")  # the tests share what was fitted
SETTINGS = LearningSettings(fit_min_baskets=50, ease_product_limit=200)


def shop(count: int = 2000, *, seed: int = 0) -> Baskets:
    """Return orders of 60 customers, with staples of their own and two products of a family of four."""
    rng = np.random.default_rng(seed)
    baskets: list[Basket] = []
    customers = [1 + number % 60 for number in range(count)]
    for customer in customers:
        staples = [100 + 3 * customer + place for place in range(3) if rng.random() < 0.6]
        family = 4 * int(rng.integers(20))
        baskets.append([*staples, *(1 + family + rng.choice(4, 2, replace=False)).tolist()])
    return to_baskets(sales_of(baskets, customers=customers))


def fitted(baskets: Baskets, settings: LearningSettings = SETTINGS) -> Fitted:
    return fit_scoring(baskets=baskets, is_shown=np.ones(len(baskets.product), np.bool_), settings=settings)


@cache
def fitted_shop() -> Fitted:
    return fitted(shop())


def test_fit__shop_of_families_and_staples__beats_best_sellers_for_every_question() -> None:
    quality = fitted_shop().quality

    assert tuple(row.question for row in quality) == QUESTIONS
    for row in quality:
        assert row.hit_rate is not None
        assert row.baseline_hit_rate is not None
        assert row.standard_error is not None
        assert row.hit_rate > row.baseline_hit_rate + 3 * row.standard_error


def test_fit__staples__add_habits_to_the_cart_score() -> None:
    found = fitted(shop(4000))

    assert found.scoring.cart is not None
    assert found.cart_habit.weights["regular"] != 1.0


def test_fit__same_orders__gives_the_same_result() -> None:
    assert fitted(shop()) == fitted_shop()


def test_fit__too_few_baskets__returns_and_reports_the_defaults() -> None:
    found = fitted(shop(200))

    assert (found.cart, found.page, found.scoring) == (CART_DEFAULT, PAGE_DEFAULT, Scoring())
    assert {(row.method, row.basket_count, row.hit_rate) for row in found.quality} == {("default", 0, None)}


def test_fit__anonymous_orders_only__fits_only_carts_and_pages() -> None:
    known = shop()
    found = fitted(replace(known, customer=np.zeros_like(known.customer)))

    assert found.scoring == Scoring()
    assert [row.basket_count > 0 for row in found.quality] == [True, True, False]


@pytest.mark.parametrize("count", [0, 1])
def test_fit__at_most_one_order__returns_the_defaults(count: int) -> None:
    assert fitted(shop(count)).scoring == Scoring()


@cache
def fitted_to_chance() -> Fitted:
    """Return the fit to orders of two random products, drawn by popularity, without repeat purchases."""
    rng = np.random.default_rng(2)
    chances = 1 / np.arange(1, 301)
    chances /= chances.sum()
    baskets = [(1 + rng.choice(300, 2, replace=False, p=chances)).tolist() for _ in range(3000)]
    return fitted(to_baskets(sales_of(baskets, customers=[1 + number % 1000 for number in range(3000)])))


@pytest.mark.parametrize("question", QUESTIONS)
def test_fit__random_orders__is_as_good_as_best_sellers(question: str) -> None:
    row = fitted_to_chance().quality[QUESTIONS.index(question)]

    assert row.hit_rate is not None
    assert row.baseline_hit_rate is not None
    assert row.standard_error is not None
    assert row.hit_rate >= row.baseline_hit_rate - row.standard_error
