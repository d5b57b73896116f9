import json

import msgspec
import numpy as np
import pytest

from analytics.stats.newcomers import MIN_BUYERS, PRIOR_BUYERS, Affinities, find_affinities, to_newcomers
from analytics.stats.sales import to_baskets
from analytics.stats.traits import CustomerTraits
from engine.learned.newcomers import Newcomers, Preference
from engine.learned.scoring import Scoring
from tests.analytics.stats.strategies import sales_of

A, B = 0, 1


def two_traits() -> Affinities:
    """Return the affinities where 100 customers of trait A buy product 1, 100 of trait B product 2.

    All buy product 3; one of A buys product 1 ten times.
    """
    customers = np.arange(1, 201)
    baskets = [[1, 3] if customer <= 100 else [2, 3] for customer in customers] + [[1]] * 9
    sales = sales_of(baskets, customers=[*customers.tolist(), *([1] * 9)])
    traits = CustomerTraits(
        customer=customers, trait=(customers > 100).astype(np.int64), names=("x=a", "x=b")
    )
    ones = np.ones(3, np.int64)
    return find_affinities(baskets=to_baskets(sales), traits=traits, recent=ones, best_sellers=np.arange(3))


def affinity_of(found: Affinities, trait: int, product: int) -> float:
    rows = slice(found.starts[trait], found.starts[trait + 1])
    return float(found.affinity[rows][found.product[rows] == product - 1][0])


def test_affinities__are_logarithms_of_how_many_times_more_often() -> None:
    found = two_traits()

    # Half of all buy product 1: of A, 100 of 100 do and 50 of the prior's half do.
    more = np.log((100 + PRIOR_BUYERS / 2) / (100 + PRIOR_BUYERS) / 0.5)
    less = np.log(PRIOR_BUYERS / 2 / (100 + PRIOR_BUYERS) / 0.5)
    assert affinity_of(found, A, 1) == pytest.approx(more)
    assert affinity_of(found, B, 1) == pytest.approx(less)
    assert affinity_of(found, A, 3) == affinity_of(found, B, 3) == pytest.approx(0)


def test_affinities__trait_of_few_buyers__lists_nothing() -> None:
    customers = np.arange(1, MIN_BUYERS)
    sales = sales_of([[1]] * len(customers), customers=customers.tolist())
    traits = CustomerTraits(customer=customers, trait=np.zeros(len(customers), np.int64), names=("x=a",))

    found = find_affinities(
        baskets=to_baskets(sales),
        traits=traits,
        recent=np.ones(1, np.int64),
        best_sellers=np.zeros(1, np.int64),
    )

    assert not found.is_known.any()


def test_newcomers__weight_0__are_none_else_products_by_name_of_trait() -> None:
    found = two_traits()
    ids = np.array([11, 12, 13])

    nothing, newcomers = (
        to_newcomers(weight=weight, affinities=found, names=("x=a", "x=b"), products=ids, recent=ids * 2)
        for weight in (0.0, 0.5)
    )

    assert nothing is None
    assert newcomers is not None
    assert newcomers.weight == 0.5
    first = newcomers.traits["x=a"][0]
    assert (first.product, first.orders) == (11, 22)
    assert first.affinity == pytest.approx(affinity_of(found, A, 1), abs=0.001)


def test_newcomer__of_several_traits__has_the_mean_of_their_affinities() -> None:
    dry, pet = (Preference(1, 0.8, 9), Preference(2, -0.4, 5)), (Preference(1, 0.2, 9),)
    newcomers = Newcomers(1.0, {"skin=dry": dry, "pet=yes": pet})

    found = newcomers.preferred({"skin": "dry", "pet": True, "age": 30, "hobbies": ("tea",)})

    assert {key: one.affinity for key, one in found.items()} == pytest.approx({1: 0.5, 2: -0.2})
    assert newcomers.preferred({"skin": "oily"}) == {}


def test_newcomers__stored_with_a_generation__come_back() -> None:
    scoring = Scoring(newcomers=Newcomers(0.5, {"skin=dry": (Preference(1, 0.8, 9), Preference(2, -0.4, 5))}))

    stored = json.loads(json.dumps(msgspec.to_builtins(scoring)))

    assert msgspec.convert(stored, Scoring) == scoring
