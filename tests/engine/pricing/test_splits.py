"""An amount off several units lies on them as evenly as whole minor units allow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pricing import PricingOffer, UnitPrice, allocate
from engine.pricing.allocation import allocate_by_unit
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from tests.engine.pricing.build import FREE, amount, goods, offer, one_lane, only, price


def off(minor: int, *, number: int) -> PricingOffer:
    return offer(ThresholdTerms("spend", 1, benefit=amount(minor)), number=number, priority=-number)


@pytest.mark.parametrize(
    ("unit", "count", "amounts", "units"),
    [
        (1000, 4, (5,), ((3, 999), (1, 998))),
        # The unit at 998 has the smallest share of the second amount: 0.7494 of 3, the others 0.7502.
        (1000, 4, (5, 3), ((4, 998),)),
        (15765, 3, (1315, 773), ((3, 15069),)),
    ],
)
def test_amounts_off_the_whole__one_after_the_other__are_split_by_unit(
    unit: int, count: int, amounts: tuple[int, ...], units: tuple[tuple[int, int], ...]
) -> None:
    offers = [off(minor, number=number) for number, minor in enumerate(amounts, start=1)]

    priced = price(goods({1: unit}, {1: count}), *offers, rules=one_lane("stack"))

    assert priced.lines[0].units == tuple(UnitPrice(held, each, unit - each) for held, each in units)


def test_unit_given_free__after_two_amounts__costs_what_each_unit_of_its_line_costs() -> None:
    free = PricingOffer(
        id=3, priority=-3, terms=BuyGetTerms(only(2), 1, only(1), 1, FREE, max_times=1), lane="line"
    )
    cart = goods({1: 1000, 2: 100}, {1: 4, 2: 4})

    priced = price(cart, off(6, number=1), off(3, number=2), free, rules=one_lane("stack"))

    assert priced.total_minor == 4400 - 6 - 3 - 998


groups = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 50)), min_size=1, max_size=5)


@given(groups, st.data())
def test_allocate_by_unit__any_groups__gives_what_one_weight_a_unit_gives(
    parts: list[tuple[int, int]], data: st.DataObject
) -> None:
    weights = [weight for units, weight in parts for _ in range(units)]
    total = data.draw(st.integers(0, sum(weights)))
    by_unit = iter(allocate(total, weights))

    assert allocate_by_unit(total, parts) == [sum(next(by_unit) for _ in range(units)) for units, _ in parts]
