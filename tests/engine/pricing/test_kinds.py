from typing import Any

import pytest

from engine.pricing import (
    EVERYTHING,
    Acceptance,
    Benefit,
    Cart,
    Gift,
    Missing,
    OfferIndex,
    Option,
    PricedCart,
    PricingBundle,
    PricingCartLine,
    PricingOffer,
    PricingProduct,
    Rules,
    Selector,
    price_cart,
)
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from tests.engine.pricing.build import amount, fixed, goods, offer, one_lane, only, percent, price, within

PLAIN, FINE = PricingProduct(1, 1000), PricingProduct(2, 1500)
UPGRADE = offer(UpgradeTerms(only(1), frozenset([2]), amount(200)))


def upgraded(plain: int, taken: int, *offers: PricingOffer) -> PricedCart:
    cart = Cart((PricingCartLine(PLAIN, plain),), accepted=(Acceptance(1, FINE, replaces=1, quantity=taken),))
    return price_cart(cart=cart, offers=OfferIndex(offers), rules=Rules())


def test_upgrade__accepted_for_two_of_three__replaces_two_at_its_benefit() -> None:
    priced = upgraded(3, 2, UPGRADE)

    assert [(line.product, line.quantity, line.total_minor) for line in priced.lines] == [
        (1, 1, 1000),
        (2, 2, 2 * 1300),
    ]
    assert priced.outcomes[1].accepted == ((2, 2),)


def test_upgrade__accepted_for_more_units_than_in_the_cart__replaces_those_in_the_cart() -> None:
    assert [(line.product, line.quantity) for line in upgraded(1, 5, UPGRADE).lines] == [(2, 1)]


def test_upgrade__not_accepted__reports_missing_acceptance() -> None:
    outcome = price([PricingCartLine(PLAIN)], UPGRADE).outcomes[1]

    assert (outcome.status, outcome.missing) == ("not_yet", (Missing("acceptance", 1, only(1)),))


def test_upgrade__without_the_lower_tier__has_nothing_to_replace() -> None:
    cart = Cart((PricingCartLine(FINE),), accepted=(Acceptance(1, FINE, replaces=1),))

    outcome = price_cart(cart=cart, offers=OfferIndex([UPGRADE]), rules=Rules()).outcomes[1]

    assert (outcome.status, outcome.reason) == ("not_eligible", "nothing_to_replace")


@pytest.mark.parametrize(
    ("cart", "total"),
    [
        ({1: 1, 2: 1}, 1000 + 400),
        ({1: 1, 2: 3}, 1000 + 400 + 2 * 500),  # one unit only
        ({2: 1}, 500),  # no trigger
        ({1: 1}, 1000),  # nothing to give it to
    ],
)
def test_cross_sell__20_percent_off_one_while_the_trigger_is_there__costs(
    cart: dict[int, int], total: int
) -> None:
    terms = CrossSellTerms(only(2), percent(20), trigger=only(1), max_units=1)

    assert price(goods({1: 1000, 2: 500}, cart), offer(terms)).total_minor == total


@pytest.mark.parametrize(("units", "total"), [(1, 1000), (2, 1900), (3, 2800)])
def test_cross_sell__a_product_that_triggers_itself__keeps_one_as_trigger(units: int, total: int) -> None:
    terms = CrossSellTerms(only(1), percent(10), trigger=only(1))

    assert price(goods({1: 1000}, {1: units}), offer(terms)).total_minor == total


@pytest.mark.parametrize(
    ("benefit", "cart", "shares"),
    [
        # 398 + 248 + 198 = 844 for 780: 64 off, split 30.18, 18.81, 15.01.
        (fixed(780), {1: 1, 2: 1, 3: 1}, [368, 229, 183]),
        (fixed(780), {1: 2, 2: 2, 3: 2}, [736, 458, 366]),  # 128 off: 60.36, 37.61, 30.03
        (fixed(780), {1: 2, 2: 1, 3: 1}, [766, 229, 183]),  # the second 398 stays at list price
        (amount(100), {1: 1, 2: 1, 3: 1}, [351, 219, 174]),
        (percent(10), {1: 1, 2: 1, 3: 1}, [358, 223, 178]),  # 39.8, 24.8, 19.8 off
        (fixed(900), {1: 1, 2: 1, 3: 1}, [398, 248, 198]),  # never dearer than its parts
    ],
)
def test_bundle__of_three_parts__is_split_over_them_by_list_price(
    benefit: Benefit, cart: dict[int, int], shares: list[int]
) -> None:
    terms = BundleTerms((PricingBundle(((1, 1), (2, 1), (3, 1)), benefit),))

    priced = price(goods({1: 398, 2: 248, 3: 198}, cart), offer(terms))

    assert [line.total_minor for line in priced.lines] == shares


def test_bundle__one_part_missing__names_it() -> None:
    terms = BundleTerms((PricingBundle(((1, 2), (2, 1)), fixed(1000)),))

    outcome = price(goods({1: 500, 2: 300}, {1: 1, 2: 1}), offer(terms)).outcomes[1]

    assert (outcome.status, outcome.missing) == ("not_yet", (Missing("units", 1, only(1)),))


@pytest.mark.parametrize(("cycle", "total"), [(1, 700), (2, 700), (3, 900), (12, 900)])
def test_subscription__30_percent_off_twice_then_10__costs(cycle: int, total: int) -> None:
    terms = SubscriptionTerms(only(1), recurring=percent(10), intro=percent(30), intro_cycles=2)
    often = PricingOffer(id=1, terms=terms, purchase="subscription")

    priced = price([PricingCartLine(PLAIN, interval_days=30, cycle=cycle), PricingCartLine(PLAIN)], often)

    # The one-time line of the same product stays apart.
    assert [line.total_minor for line in priced.lines] == [1000, total]


def test_subscription__another_interval__is_not_eligible() -> None:
    terms = SubscriptionTerms(only(1), recurring=percent(10), intervals=frozenset([30]))
    often = PricingOffer(id=1, terms=terms, purchase="subscription")

    outcome = price([PricingCartLine(PLAIN, interval_days=60)], often).outcomes[1]

    assert (outcome.status, outcome.reason) == ("not_eligible", "interval")


@pytest.mark.parametrize(
    ("syrup", "shot", "surcharge"),
    [
        (1, 0, 0),  # one is included
        (1, 1, 2 * 80),  # the cheaper one is
        (2, 1, 2 * (50 + 80)),
    ],
)
def test_add_on__one_included__charges_the_others_for_each_unit(
    syrup: int, shot: int, surcharge: int
) -> None:
    options = tuple(
        Option(PricingProduct(number, price), count)
        for number, price, count in ((8, 50, syrup), (9, 80, shot))
        if count
    )
    terms = AddOnTerms(only(1), frozenset([8, 9]), included_count=1, max_count=3)

    priced = price([PricingCartLine(PLAIN, 2, options=options)], offer(terms))

    assert priced.total_minor == 2000 + surcharge
    assert [line.parent for line in priced.lines] == [None] + [0] * len(options)


def test_add_on__too_few_or_too_many_options__is_reported() -> None:
    terms = AddOnTerms(only(1), frozenset([8]), min_count=1, max_count=2, included_count=1)
    options = (Option(PricingProduct(8, 50), 3),)

    few = price([PricingCartLine(PLAIN)], offer(terms)).outcomes[1]
    many = price([PricingCartLine(PLAIN, options=options)], offer(terms)).outcomes[1]

    assert (few.status, few.missing[0].kind, few.missing[0].amount) == ("not_yet", "options", 1)
    assert (many.status, many.reason) == ("not_eligible", "too_many_options")


def test_add_on__too_few_options_on_one_of_two_parents__applies_to_neither() -> None:
    terms = AddOnTerms(only(1, 2), frozenset([8]), min_count=1, included_count=1)
    ready = PricingCartLine(PLAIN, options=(Option(PricingProduct(8, 50)),))

    priced = price([ready, PricingCartLine(PricingProduct(2, 500))], offer(terms))

    lacking = Missing("options", 1, only(8))
    assert (priced.outcomes[1].status, priced.outcomes[1].missing) == ("not_yet", (lacking,))
    assert priced.total_minor == 1550


@pytest.mark.parametrize("parents", [only(1), EVERYTHING], ids=["on one product", "on everything"])
@pytest.mark.parametrize(
    ("least", "most", "included", "total"),
    [(1, None, 1, 1000), (1, 3, 0, 1050), (1, 3, 3, 1000), (0, 1, 1, 1000)],
)
def test_add_on__enough_options__are_no_parents_that_lack_options(
    parents: Selector, least: int, most: int | None, included: int, total: int
) -> None:
    terms = AddOnTerms(parents, frozenset([8]), least, most, included)

    priced = price([PricingCartLine(PLAIN, options=(Option(PricingProduct(8, 50)),))], offer(terms))

    assert (priced.outcomes[1].status, priced.total_minor) == ("applied", total)


def test_add_on__option_on_a_line_of_its_own__needs_no_options() -> None:
    tea, jam = PricingProduct(1, 1000), PricingProduct(8, 650)
    lines = [PricingCartLine(tea, options=(Option(jam),)), PricingCartLine(jam)]

    priced = price(lines, offer(AddOnTerms(EVERYTHING, frozenset([8]), 1, 1, 1)))

    assert (priced.outcomes[1].status, priced.total_minor) == ("applied", 1650)


@pytest.mark.parametrize(
    ("spent", "status", "total"), [(4500, "not_yet", 4500), (5000, "applied", 4500), (9000, "applied", 8500)]
)
def test_threshold__500_off_from_5000__applies_from_that_value(spent: int, status: str, total: int) -> None:
    terms = ThresholdTerms("spend", 5000, benefit=amount(500))

    priced = price([PricingCartLine(PricingProduct(1, spent))], offer(terms))

    assert (priced.outcomes[1].status, priced.total_minor) == (status, total)


@pytest.mark.parametrize(
    ("terms", "lacking"),
    [
        (ThresholdTerms("spend", 5000, benefit=amount(500)), Missing("spend", 500, EVERYTHING)),
        (ThresholdTerms("quantity", 4, within(7), benefit=percent(10)), Missing("units", 1, within(7))),
    ],
)
def test_threshold__not_reached__reports_how_much_is_missing(terms: ThresholdTerms, lacking: Missing) -> None:
    priced = price([PricingCartLine(PricingProduct(1, 1500, (7,)), 3)], offer(terms))

    assert priced.outcomes[1].missing == (lacking,)


def test_threshold__an_amount_over_three_lines__is_split_by_largest_remainder() -> None:
    # 100 over 398 : 248 : 198 is 47.15, 29.38, 23.45.
    terms = ThresholdTerms("spend", 800, benefit=amount(100))

    priced = price(goods({1: 398, 2: 248, 3: 198}, {1: 1, 2: 1, 3: 1}), offer(terms))

    assert priced.outcomes[1].lines == ((0, 47), (1, 29), (2, 24))


def test_threshold__gift_and_free_shipping__come_without_touching_a_line() -> None:
    terms = ThresholdTerms("spend", 3000, gift=Gift(PricingProduct(9, 400)), free_shipping=True)

    priced = price(goods({1: 1000}, {1: 3}), offer(terms))

    gift = priced.lines[1]
    assert (gift.product, gift.gift_of, gift.list_minor, gift.total_minor) == (9, 1, 400, 0)
    assert priced.free_shipping
    assert (priced.list_minor, priced.discount_minor, priced.total_minor) == (3400, 400, 3000)


def accepting(cart: dict[int, int], taken: dict[int, int], terms: CrossSellTerms) -> PricedCart:
    """Price a cart of ¥1,000 products of which some units were accepted under the offer."""
    shelf = {product: PricingProduct(product, 1000) for product in {*cart, *taken}}
    lines = tuple(PricingCartLine(shelf[product], units) for product, units in cart.items())
    accepted = tuple(Acceptance(1, shelf[product], quantity=units) for product, units in taken.items())
    return price_cart(cart=Cart(lines, accepted=accepted), offers=OfferIndex([offer(terms)]), rules=Rules())


@pytest.mark.parametrize(
    ("cart", "taken", "saving"),
    [
        ({1: 1, 2: 1}, {2: 1}, 100),
        ({1: 1, 2: 3}, {2: 1}, 100),  # as many units as were accepted
        ({1: 1, 2: 1, 3: 1}, {2: 1, 3: 1}, 200),
        ({2: 1}, {2: 1}, 0),  # the trigger is gone
        ({1: 1, 3: 1}, {2: 1}, 0),  # what was accepted is not there
        ({1: 2, 2: 1}, {}, 0),
    ],
)
def test_cross_sell__by_acceptance__discounts_what_was_accepted(
    cart: dict[int, int], taken: dict[int, int], saving: int
) -> None:
    terms = CrossSellTerms(EVERYTHING, percent(10), trigger=only(1), by_acceptance=True)

    assert accepting(cart, taken, terms).discount_minor == saving


def test_cross_sell__by_acceptance_and_not_accepted__has_no_outcome() -> None:
    terms = CrossSellTerms(EVERYTHING, percent(10), by_acceptance=True)

    assert accepting({1: 1}, {}, terms).outcomes == {}


def test_cross_sell__accepted_but_taken_out_of_the_cart__reports_what_is_missing() -> None:
    terms = CrossSellTerms(EVERYTHING, percent(10), by_acceptance=True)

    assert accepting({1: 1}, {2: 1}, terms).outcomes[1].missing == (Missing("units", 1, only(2)),)


@pytest.mark.parametrize(
    ("cart", "most", "saving"),
    [
        ({1: 1, 2: 1}, None, 100),
        ({1: 1, 2: 1, 3: 1}, None, 150),  # the unit of 1 belongs to the bundle that saves more
        ({1: 2, 2: 1, 3: 1}, None, 100 + 150),
        ({1: 2, 2: 1, 3: 1}, 1, 150),
        ({1: 3, 2: 3}, None, 3 * 100),
    ],
)
def test_bundle__several_on_one_offer__those_that_save_most_come_first(
    cart: dict[int, int], most: int | None, saving: int
) -> None:
    terms = BundleTerms(
        (PricingBundle(((1, 1), (2, 1)), amount(100)), PricingBundle(((1, 1), (3, 1)), amount(150))),
        max_times=most,
    )

    assert price(goods({1: 500, 2: 500, 3: 500}, cart), offer(terms)).discount_minor == saving


def test_bundle__several_and_none_complete__names_what_the_nearest_is_missing() -> None:
    terms = BundleTerms(
        (PricingBundle(((1, 1), (2, 3)), amount(100)), PricingBundle(((1, 1), (3, 2)), amount(150)))
    )

    outcome = price(goods({1: 500}, {1: 1}), offer(terms)).outcomes[1]

    assert outcome.missing == (Missing("units", 2, only(3)),)


@pytest.mark.parametrize(
    ("reward", "discount", "free_shipping", "status"),
    [
        ({"benefit": Benefit("percent", 1000)}, 300, False, "applied"),
        ({"free_shipping": True}, 0, True, "applied"),
        ({}, 0, False, "limit_reached"),
    ],
    ids=["percentage", "free shipping", "nothing else"],
)
def test_threshold__gift_sold_out__takes_only_the_gift_away(
    reward: dict[str, Any], discount: int, free_shipping: bool, status: str
) -> None:
    terms = ThresholdTerms("spend", 3000, gift=Gift(PricingProduct(9, 400)), **reward)
    cart = Cart((PricingCartLine(PricingProduct(1, 3000)),), sold_out_gifts=frozenset([1]))

    priced = price_cart(cart=cart, offers=OfferIndex([offer(terms)]), rules=one_lane("stack"))

    outcome = priced.outcomes[1]
    assert (outcome.status, outcome.cuts) == (status, ("gift_sold_out",))
    assert (priced.discount_minor, priced.free_shipping, len(priced.lines)) == (discount, free_shipping, 1)
