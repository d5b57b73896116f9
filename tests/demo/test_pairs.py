import pandas as pd
import pytest

from demo.data.catalogue import CatalogueItem
from demo.plans.pairs import MIN_HOUSEHOLDS, Pair, count_households, plan_bundles


def item(sku: str, category: str, price_minor: int = 300) -> CatalogueItem:
    return CatalogueItem(sku, category, category, 1, False, "", 0.0, price_minor, 100)


def pair(first: str, second: str, lift: float = 9.0, households: int = MIN_HOUSEHOLDS) -> Pair:
    return Pair(first, second, 40, lift, households)


def test_count_households__same_household_twice__counts_once() -> None:
    rows = [(1, 10, 7, 1), (2, 10, 7, 1), (1, 11, 7, 1), (2, 11, 7, 1), (1, 12, 8, 1), (2, 12, 8, 0)]
    lines = pd.DataFrame(rows, columns=["product_id", "basket_id", "household_id", "quantity"])

    (counted,) = count_households([Pair("1", "2", 2, 9.0)], lines)

    assert counted.household_count == 1


def test_plan_bundles__three_mutual_pairs__become_a_bundle_of_three() -> None:
    items = [item("a", "Shells"), item("b", "Salsa"), item("c", "Cheese"), item("d", "Soap")]
    pairs = [pair("a", "b"), pair("a", "c", lift=8.0), pair("b", "c", lift=7.0)]

    plans = plan_bundles(pairs, items, limit=5)

    assert [(plan.name, plan.skus) for plan in plans] == [("Cheese + Salsa + Shells", ("a", "b", "c"))]


@pytest.mark.parametrize(
    ("evidence", "other"),
    [
        (pair("a", "b", households=MIN_HOUSEHOLDS - 1), item("b", "Salsa")),  # too few households
        (pair("a", "b"), item("b", "Shells")),  # of the same kind
        (pair("a", "b"), item("b", "Salsa", 50)),  # too cheap
        (pair("a", "b"), item("b", "Salsa", 9000)),  # prices too different
        (pair("a", "b"), item("b", "Cigarettes")),  # not suitable for discounts
        (pair("a", "z"), item("b", "Salsa")),  # not in the catalogue
    ],
)
def test_plan_bundles__unsuitable_pair__makes_no_bundle(evidence: Pair, other: CatalogueItem) -> None:
    assert plan_bundles([evidence], [item("a", "Shells"), other], limit=5) == []


def test_plan_bundles__product_already_in_a_bundle__is_not_used_again() -> None:
    items = [item("a", "Shells"), item("b", "Salsa"), item("c", "Cheese")]

    plans = plan_bundles([pair("a", "b"), pair("a", "c", lift=8.0)], items, limit=5)

    assert [plan.skus for plan in plans] == [("a", "b")]


def test_plan_bundles__same_kinds_again__make_one_bundle() -> None:
    items = [item("a", "Shells"), item("b", "Salsa"), item("c", "Shells"), item("d", "Salsa")]

    plans = plan_bundles([pair("a", "b"), pair("c", "d", lift=8.0)], items, limit=5)

    assert [plan.skus for plan in plans] == [("a", "b")]
