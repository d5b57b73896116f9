from typing import Literal

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.pricing import (
    Benefit,
    Missing,
    PricingCartLine,
    PricingProduct,
    Tier,
    TierFault,
    Tiers,
    UnitOrder,
    find_tier_fault,
    tiered_total,
)
from engine.pricing.kinds.quantity import QuantityTerms
from tests.engine.pricing.build import fixed, goods, offer, only, percent, price, tiers, within
from tests.engine.pricing.strategies import rising_percentages, tier_lists

ORDERS: list[UnitOrder] = ["cheapest_first", "most_expensive_first"]
SECOND_AND_THIRD = tiers(u2=10, u3=20)


@pytest.mark.parametrize(
    ("mode", "after", "totals"),
    [
        ("graduated", "hold", [1000, 1900, 2700, 3500, 4300]),
        ("graduated", "repeat", [1000, 1900, 2700, 3700, 4600]),
        ("graduated", "list", [1000, 1900, 2700, 3700, 4700]),
        ("volume", "hold", [1000, 1800, 2400, 3200, 4000]),
        ("volume", "repeat", [1000, 1800, 2400, 3400, 4200]),
        ("volume", "list", [1000, 1800, 2400, 3400, 4400]),
    ],
)
def test_quantity__second_10_third_20_percent_off_1000__costs(
    mode: Literal["graduated", "volume"], after: Literal["hold", "repeat", "list"], totals: list[int]
) -> None:
    steps = msgspec.structs.replace(SECOND_AND_THIRD, mode=mode, after=after)
    terms = QuantityTerms(only(1), steps)

    priced = [price(goods({1: 1000}, {1: units}), offer(terms)).total_minor for units in range(1, 6)]

    assert priced == totals


def test_quantity__units_at_three_tiers__are_listed_separately() -> None:
    priced = price(goods({1: 1000}, {1: 3}), offer(QuantityTerms(only(1), SECOND_AND_THIRD)))

    units = [(unit.quantity, unit.unit_minor, unit.discount_minor) for unit in priced.lines[0].units]
    assert units == [(1, 1000, 0), (1, 900, 100), (1, 800, 200)]
    assert priced.lines[0].taken == {1: 300}


@pytest.mark.parametrize(
    ("order", "total"),
    [
        ("cheapest_first", 1000 + 450 + 80),  # 1,000 first, 500 second −10 %, 100 third −20 %
        ("most_expensive_first", 100 + 450 + 800),
    ],
)
def test_quantity__mixed_prices__discounts_the_chosen_end_most(
    order: Literal["cheapest_first", "most_expensive_first"], total: int
) -> None:
    terms = QuantityTerms(only(1, 2, 3), SECOND_AND_THIRD, counting="set", order=order)

    priced = price(goods({1: 1000, 2: 500, 3: 100}, {1: 1, 2: 1, 3: 1}), offer(terms))

    assert priced.total_minor == total


@pytest.mark.parametrize(
    ("counting", "total"),
    [
        ("product", 4000),  # no product comes twice
        ("set", 1000 + 900 + 800 + 800),
        ("category", 2 * (1000 + 900)),  # two of category 7, two of category 8
    ],
)
def test_quantity__four_products_of_two_categories__are_counted_as_configured(
    counting: Literal["product", "set", "category"], total: int
) -> None:
    lines = [PricingCartLine(PricingProduct(number, 1000, (7 + number % 2, 9))) for number in range(4)]
    terms = QuantityTerms(within(7, 8), SECOND_AND_THIRD, counting=counting)

    assert price(lines, offer(terms)).total_minor == total


def test_quantity__one_unit_short__is_reported() -> None:
    terms = QuantityTerms(only(1), tiers(u3=20))

    outcome = price(goods({1: 1000}, {1: 2}), offer(terms)).outcomes[1]

    assert (outcome.status, outcome.missing) == ("not_yet", (Missing("units", 1, only(1)),))


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        # Ten at 20 % off cost 8,000, nine at list 9,000.
        (Tiers((Tier(10, percent(20)),), "volume"), (9, 10, 9000, 8000)),
        (Tiers((Tier(10, percent(20)),), "graduated"), None),
        (Tiers((Tier(2, percent(10)), Tier(3, percent(20))), "volume"), None),
        (Tiers((Tier(2, percent(60)),), "volume"), (1, 2, 1000, 800)),
        (Tiers((Tier(2, fixed(400)),), "volume"), (1, 2, 1000, 800)),
        (Tiers((Tier(2, Benefit("amount", 500)),), "volume"), None),  # two for the price of one
        # The second round begins dear and ends cheap again: still rising.
        (Tiers((Tier(2, percent(30)),), "volume", "repeat"), None),
    ],
)
def test_find_tier_fault__tiers_on_1000__names_the_two_quantities(
    steps: Tiers, fault: tuple[int, int, int, int] | None
) -> None:
    expected = None if fault is None else TierFault(*fault, unit_minor=1000, added_minor=1000)

    assert find_tier_fault(steps, [1000]) == expected


def test_find_tier_fault__a_cheap_unit_moves_expensive_ones_to_a_tier__counts_only_together() -> None:
    steps = Tiers((Tier(3, percent(20)),), "volume")

    # 2 × 1,000 cost 2,000; with a 100 they cost 80 % of 2,100.
    assert find_tier_fault(steps, [100, 1000]) is None
    assert find_tier_fault(steps, [100, 1000], together="cheapest_first") == TierFault(
        2, 3, 2000, 1680, unit_minor=1000, added_minor=100
    )
    # Each at its own tier, the third unit is the cheap one, unless the dear ones come first.
    apart = Tiers((Tier(3, percent(20)),), "graduated")
    assert find_tier_fault(apart, [100, 1000], together="cheapest_first") is None
    assert find_tier_fault(apart, [100, 1000], together="most_expensive_first") == TierFault(
        2, 3, 2000, 1900, unit_minor=1000, added_minor=100
    )


def test_tiers__out_of_order__are_refused() -> None:
    with pytest.raises(ValueError, match="rising"):
        Tiers((Tier(3, percent(20)), Tier(2, percent(10))))


list_prices = st.integers(0, 3000)


@given(tier_lists(), list_prices, st.integers(0, 20))
def test_quantity__tiers_without_a_fault__never_cost_less_for_more(
    steps: Tiers, list_minor: int, units: int
) -> None:
    assume(find_tier_fault(steps, [list_minor]) is None)
    bulk = offer(QuantityTerms(only(1), steps))

    fewer, more = (price(goods({1: list_minor}, {1: count + 1}), bulk) for count in (units, units + 1))

    assert fewer.total_minor <= more.total_minor


@given(tier_lists(), list_prices, st.integers(1, 20))
def test_tiered_total__any_tiers__matches_the_cart_price(steps: Tiers, list_minor: int, units: int) -> None:
    priced = price(goods({1: list_minor}, {1: units}), offer(QuantityTerms(only(1), steps)))

    assert tiered_total(steps, units, list_minor) == priced.total_minor


@given(rising_percentages(), st.sampled_from(ORDERS), st.tuples(list_prices, list_prices), st.data())
def test_quantity__a_set_without_a_fault__never_costs_less_for_one_more(
    steps: Tiers, order: UnitOrder, prices: tuple[int, int], data: st.DataObject
) -> None:
    shelf = dict(enumerate(prices, start=1))
    assume(find_tier_fault(steps, prices, together=order) is None)
    bulk = offer(QuantityTerms(only(1, 2), steps, counting="set", order=order))
    cart = data.draw(st.fixed_dictionaries({1: st.integers(1, 6), 2: st.integers(1, 6)}))
    added = data.draw(st.sampled_from([1, 2]))

    fewer = price(goods(shelf, cart), bulk)
    more = price(goods(shelf, {**cart, added: cart[added] + 1}), bulk)

    assert fewer.total_minor <= more.total_minor
