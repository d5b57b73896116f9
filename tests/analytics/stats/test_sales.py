import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.stats.sales import Sales, positions_of, to_baskets
from tests.analytics.stats import strategies
from tests.analytics.stats.strategies import Basket, sales_of


def _contents(sales: Sales) -> list[list[int]]:
    baskets = to_baskets(sales)
    return [part.tolist() for part in np.split(baskets.product[baskets.cells], baskets.starts[1:-1])]


def test_baskets__repeated_product__is_contained_once() -> None:
    sales = sales_of([[7, 7, 3, 7]])

    assert _contents(sales) == [[3, 7]]


@given(baskets=strategies.baskets)
def test_baskets__any_orders__are_their_sets_without_empty_ones(baskets: list[Basket]) -> None:
    found = to_baskets(sales_of(baskets))

    assert found.order.tolist() == [order for order, basket in enumerate(baskets, 1) if basket]
    assert found.sizes.tolist() == [len(set(basket)) for basket in baskets if basket]


def test_baskets__line_of_unknown_order_or_product__is_ignored() -> None:
    sales = sales_of([[1, 2], [2, 3]])
    partial = Sales(
        line_order=np.append(sales.line_order, 99),
        line_product=np.append(sales.line_product, 1),
        order=sales.order,
        placed_us=sales.placed_us,
        customer=sales.customer,
        product=np.array([1, 2]),
        product_category=np.array([0, 0]),
        category=sales.category,
        category_parent=sales.category_parent,
    )

    assert _contents(partial) == [[1, 2], [2]]


def test_positions__no_known_ids__finds_nothing() -> None:
    positions, is_known = positions_of(np.array([5]), among=np.empty(0, np.int64))

    assert (positions.tolist(), is_known.tolist()) == ([0], [False])


@given(
    ids=st.lists(st.integers(-5, 60)),
    among=st.sets(st.integers(1, 50), min_size=1),
    stretch=st.sampled_from([1, 1000]),  # few gaps, many gaps
)
def test_positions__any_ids__are_their_indices(ids: list[int], among: set[int], stretch: int) -> None:
    ordered = sorted(number * stretch for number in among)

    positions, is_known = positions_of(np.array(ids, np.int64), among=np.array(ordered))

    assert is_known.tolist() == [number in ordered for number in ids]
    found = positions[is_known].tolist()
    assert [ordered[place] for place in found] == [number for number in ids if number in ordered]
