from itertools import permutations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.pricing import Benefit, Cart, OfferIndex, PricingLane, PricingOffer, Rules, Terms, price_cart
from engine.pricing.kinds.cross_sell import CrossSellTerms
from tests.engine.pricing.build import goods, offer, one_lane, only, percent, price, takes
from tests.engine.pricing.strategies import carts, plain_terms, thresholds

some = settings(max_examples=60, deadline=None)
BEST = one_lane("best")

offer_sets = st.lists(st.one_of(plain_terms, plain_terms, thresholds), min_size=1, max_size=3).map(
    lambda terms: [PricingOffer(id=number, terms=one) for number, one in enumerate(terms, start=1)]
)


def saved(cart: Cart, offers: list[PricingOffer], rules: Rules) -> int:
    return price_cart(cart=cart, offers=OfferIndex(offers), rules=rules).discount_minor


def in_turn(cart: Cart, offers: tuple[PricingOffer, ...]) -> int:
    """Return what the offers save when each in turn takes what those before it left."""
    ranked = [msgspec.structs.replace(one, priority=-place) for place, one in enumerate(offers)]
    return saved(cart, ranked, one_lane("first"))


@some
@given(carts(), offer_sets)
def test_best__any_offers__saves_at_least_as_much_as_each_alone(
    cart: Cart, offers: list[PricingOffer]
) -> None:
    assert saved(cart, offers, BEST) >= max(saved(cart, [one], BEST) for one in offers)


@some
@given(carts(), offer_sets)
def test_best__up_to_three_offers__is_the_best_of_all_orders(cart: Cart, offers: list[PricingOffer]) -> None:
    every_order = [in_turn(cart, order) for order in permutations(offers)]

    assert saved(cart, offers, BEST) == max(every_order)


@some
@given(
    st.dictionaries(st.integers(1, 3), st.integers(1, 3), min_size=1),
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 9000), st.integers(1, 4)), min_size=1, max_size=3),
)
def test_best__percentages_on_units__is_the_best_assignment_of_units(
    cart: dict[int, int], discounts: list[tuple[int, int, int]]
) -> None:
    # Each product by itself: the highest percentages come first, each for as many units as it allows.
    prices = {1: 1000, 2: 370, 3: 90}
    offers = [
        PricingOffer(
            id=place,
            terms=CrossSellTerms(only(product), Benefit("percent", points), max_units=units),
        )
        for place, (product, points, units) in enumerate(discounts, start=1)
    ]

    expected = 0
    for product, held in cart.items():
        single = [
            price(goods({product: prices[product]}, {product: 1}), one).discount_minor
            for one, (of, _, units) in zip(offers, discounts, strict=True)
            if of == product
            for _ in range(units)
        ]
        expected += sum(sorted(single, reverse=True)[:held])

    assert price(goods(prices, cart), *offers, rules=BEST).discount_minor == expected


def test_best__a_third_offer_on_other_units__applies_as_well() -> None:
    terms: list[Terms] = [
        CrossSellTerms(only(1), percent(10)),
        CrossSellTerms(only(1), percent(30)),
        CrossSellTerms(only(2), percent(5)),
    ]

    priced = price(
        goods({1: 1000, 2: 400}, {1: 1, 2: 1}),
        *(offer(one, number=number) for number, one in enumerate(terms, start=1)),
        rules=Rules(lanes=(PricingLane("line"),)),
    )

    assert takes(priced) == {2: 300, 3: 20}
    assert (priced.outcomes[1].status, priced.outcomes[1].by) == ("superseded", 2)


def test_best__many_offers_on_the_same_units__saves_at_least_the_best_of_them() -> None:
    offers = [offer(CrossSellTerms(only(1), percent(number)), number=number) for number in range(1, 30)]

    assert takes(price(goods({1: 1000}, {1: 2}), *offers)) == {29: 580}


rewards = st.lists(thresholds, min_size=5, max_size=7).map(
    lambda terms: [PricingOffer(id=number, terms=one) for number, one in enumerate(terms, start=1)]
)


@some
@given(carts(), rewards)
def test_best__too_many_offers_to_try_every_order__takes_the_largest_saving_each_time(
    cart: Cart, offers: list[PricingOffer]
) -> None:
    left = sorted(offers, key=lambda one: -saved(cart, [one], BEST))
    taken: list[PricingOffer] = []
    while left:
        best = max(left, key=lambda one: in_turn(cart, (*taken, one)))
        taken.append(best)
        left.remove(best)

    assert saved(cart, offers, BEST) >= in_turn(cart, tuple(taken))
