"""The core against the slow reference, over random carts, offers, lanes and modes."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.pricing import (
    Benefit,
    Cart,
    OfferIndex,
    PricingBundle,
    PricingCartLine,
    PricingLane,
    PricingOffer,
    PricingProduct,
    Rules,
    Selector,
    Terms,
    Tier,
    Tiers,
    price_cart,
)
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from tests.engine.pricing.build import takes
from tests.engine.pricing.reference import reference_takes
from tests.engine.pricing.strategies import modes

selectors = st.sampled_from([Selector(frozenset(ids)) for ids in ((1,), (2,), (1, 2), (2, 3), (1, 2, 3))])
benefits = st.one_of(
    st.builds(Benefit, st.just("percent"), st.sampled_from([100, 1000, 3333, 5000, 10_000])),
    st.builds(Benefit, st.sampled_from(["amount", "fixed"]), st.integers(1, 120)),
)
shares = st.one_of(
    st.builds(Benefit, st.just("percent"), st.sampled_from([1000, 2500])),
    st.builds(Benefit, st.just("amount"), st.integers(1, 40)),
)
orders = st.sampled_from(["cheapest_first", "most_expensive_first"])
few = st.one_of(st.none(), st.integers(1, 2))
cross_sells = st.builds(CrossSellTerms, target=selectors, benefit=benefits, max_units=few)
thresholds = st.builds(
    ThresholdTerms,
    measure=st.just("spend"),
    at_least=st.integers(0, 300),
    benefit=shares,
    base=st.sampled_from(["lane_entry", "running"]),
)
buy_gets = st.builds(
    BuyGetTerms,
    buy=selectors,
    buy_count=st.integers(1, 2),
    get=selectors,
    get_count=st.integers(1, 2),
    benefit=benefits,
    max_times=few,
    order=orders,
)
bundles = st.builds(
    BundleTerms,
    bundles=st.builds(
        PricingBundle, st.sampled_from([((1, 1), (2, 1)), ((2, 2), (3, 1)), ((1, 1),)]), benefits
    ).map(lambda one: (one,)),
    max_times=few,
)
quantities = st.builds(
    QuantityTerms,
    products=selectors,
    tiers=st.builds(
        lambda starts, benefits, mode, after: Tiers(
            tuple(Tier(start, one) for start, one in zip(starts, benefits, strict=False)), mode, after
        ),
        st.sampled_from([(1,), (2,), (2, 3)]),
        st.tuples(benefits, benefits),
        st.sampled_from(["graduated", "volume"]),
        st.sampled_from(["hold", "repeat", "list"]),
    ),
    counting=st.sampled_from(["product", "set"]),
    order=orders,
)
terms: st.SearchStrategy[Terms] = st.one_of(
    cross_sells, cross_sells, thresholds, buy_gets, bundles, quantities
)


@st.composite
def shops(draw: st.DrawFn) -> tuple[Cart, list[PricingOffer], Rules]:
    """Return a cart of three products, one to three offers, and two lanes."""
    lines = [
        PricingCartLine(
            PricingProduct(
                number,
                draw(st.integers(1, 150)),
                tax_basis_points=draw(st.sampled_from([0, 800, 1000])),
                cost_minor=draw(st.one_of(st.none(), st.integers(0, 100))),
            ),
            draw(st.integers(1, 4)),
        )
        for number in draw(st.sets(st.integers(1, 3), min_size=1))
    ]
    offers = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        one = draw(terms)
        most = None if isinstance(one, QuantityTerms) else draw(st.sampled_from([None, None, None, 1, 30]))
        offers.append(
            PricingOffer(
                id=number,
                terms=one,
                lane=draw(st.sampled_from(["line", "line", "cart"])),
                priority=draw(st.integers(0, 2)),
                base=draw(st.sampled_from(["running", "list"])),
                max_discount_minor=most,
                margin_basis_points=draw(st.sampled_from([None, None, None, 0, 2000])),
            )
        )
    rules = Rules(lanes=(PricingLane("line", draw(modes)), PricingLane("cart", draw(modes))))
    return Cart(tuple(lines), tax_included=draw(st.booleans())), offers, rules


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shops())
def test_price_cart__small_carts__takes_what_the_reference_takes(
    shop: tuple[Cart, list[PricingOffer], Rules],
) -> None:
    cart, offers, rules = shop

    priced = takes(price_cart(cart=cart, offers=OfferIndex(offers), rules=rules))

    assert {number: taken for number, taken in priced.items() if taken} == reference_takes(
        cart, offers, rules
    )
