import pytest

from engine.pricing import EVERYTHING, Missing, PricingOutcome, Selector, Terms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from tests.engine.pricing.build import FREE, goods, offer, only, percent, price, takes, tiers

SHELF = {1: 1000, 2: 400}
TENTH = percent(10)
PAIR = only(1, 2)
TEA_WITH_CUP = CrossSellTerms(only(1), TENTH, trigger=only(2))


@pytest.mark.parametrize(
    ("terms", "cart", "units", "of"),
    [
        (TEA_WITH_CUP, {1: 1}, 1, only(2)),
        (TEA_WITH_CUP, {2: 3}, 1, only(1)),
        (CrossSellTerms(only(1), TENTH, trigger=only(1)), {1: 1}, 1, only(1)),
        (QuantityTerms(only(1), tiers(u3=10)), {1: 1}, 2, only(1)),
        (QuantityTerms(only(1), tiers(u3=10)), {1: 2}, 1, only(1)),
        (QuantityTerms(PAIR, tiers(u3=10)), {1: 1, 2: 2}, 1, PAIR),
        (QuantityTerms(PAIR, tiers(u4=10), "set"), {1: 2, 2: 1}, 1, PAIR),
        (BuyGetTerms(PAIR, 2, PAIR, 1, FREE), {1: 1, 2: 1}, 1, PAIR),
        (BuyGetTerms(PAIR, 2, PAIR, 1, FREE), {1: 1}, 2, PAIR),
    ],
)
def test_sort_out__units_are_missing__reports_how_many_of_which_product(
    terms: Terms, cart: dict[int, int], units: int, of: Selector
) -> None:
    priced = price(goods(SHELF, cart), offer(terms))

    assert priced.outcomes == {1: PricingOutcome(1, "not_yet", missing=(Missing("units", units, of),))}


def test_sort_out__both_roles_see_something__prices_the_offer() -> None:
    priced = price(goods(SHELF, {1: 1, 2: 1}), offer(TEA_WITH_CUP))

    assert takes(priced) == {1: 100}


def test_sort_out__trigger_is_everything__any_product_triggers_it() -> None:
    terms = CrossSellTerms(only(1), TENTH, trigger=EVERYTHING)

    assert takes(price(goods(SHELF, {1: 1, 2: 1}), offer(terms))) == {1: 100}
    assert price(goods(SHELF, {2: 1}), offer(terms)).outcomes[1].missing == (Missing("units", 1, only(1)),)


def test_sort_out__an_upgrade_that_was_not_accepted__waits_for_acceptance() -> None:
    priced = price(goods(SHELF, {1: 1}), offer(UpgradeTerms(only(1), frozenset([2]))))

    assert priced.outcomes[1].missing == (Missing("acceptance", 1, only(1)),)


def test_sort_out__an_offer_in_a_lane_that_does_not_exist__reports_only_that() -> None:
    priced = price(goods(SHELF, {1: 1}), offer(TEA_WITH_CUP, lane="gone"))

    assert priced.outcomes[1] == PricingOutcome(1, "not_eligible", reason="no_lane")
