"""Random carts and offers over a shelf of a few products, so that offers meet each other."""

from hypothesis import strategies as st

from engine.pricing import (
    EVERYTHING,
    Benefit,
    BenefitKind,
    Cart,
    Gift,
    LaneMode,
    Option,
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
)
from engine.pricing.cart import Acceptance
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms

ids = st.integers(1, 6)
prices = st.one_of(st.integers(0, 30), st.integers(1, 5000))
orders = st.sampled_from(["cheapest_first", "most_expensive_first"])


def shelf_of(list_prices: list[int]) -> dict[int, PricingProduct]:
    """Return products 1 to 6: two categories under one, three tax rates, every other with a cost."""
    return {
        number: PricingProduct(
            number,
            price,
            categories=(100 + number % 2, 200),
            tax_basis_points=(0, 800, 1000)[number % 3],
            cost_minor=price * 2 // 3 if number % 2 else None,
        )
        for number, price in enumerate(list_prices, start=1)
    }


shelves = st.lists(prices, min_size=6, max_size=6).map(shelf_of)


kinds: st.SearchStrategy[BenefitKind] = st.sampled_from(["percent", "percent", "amount", "fixed", "none"])


@st.composite
def benefits(draw: st.DrawFn) -> Benefit:
    kind = draw(kinds)
    ranges: dict[BenefitKind, tuple[int, int]] = {"percent": (1, 10_000), "none": (0, 0)}
    return Benefit(kind, draw(st.integers(*ranges.get(kind, (0, 2000)))))


shares = st.builds(Benefit, st.sampled_from(["percent", "amount"]), st.integers(1, 3000))

selectors = st.sampled_from(
    [
        *(Selector(frozenset([number])) for number in range(1, 7)),
        Selector(frozenset([1, 2, 3])),
        Selector(frozenset([3, 4])),
        Selector(categories=frozenset([100])),
        Selector(categories=frozenset([100, 101])),
        Selector(frozenset([1]), frozenset([101])),
        EVERYTHING,
    ]
)


@st.composite
def tier_lists(draw: st.DrawFn) -> Tiers:
    starts = draw(st.sampled_from([(1,), (2,), (2, 3), (3, 5), (2, 4, 6)]))
    return Tiers(
        tuple(Tier(start, draw(benefits())) for start in starts),
        draw(st.sampled_from(["graduated", "volume"])),
        draw(st.sampled_from(["hold", "repeat", "list"])),
    )


@st.composite
def rising_percentages(draw: st.DrawFn) -> Tiers:
    starts = draw(st.sampled_from([(2,), (2, 3), (3, 5), (2, 4, 6)]))
    points = sorted(draw(st.lists(st.integers(1, 6000), min_size=len(starts), max_size=len(starts))))
    return Tiers(
        tuple(Tier(start, Benefit("percent", value)) for start, value in zip(starts, points, strict=True)),
        draw(st.sampled_from(["graduated", "volume"])),
        draw(st.sampled_from(["hold", "repeat", "list"])),
    )


single_bundles = st.builds(
    PricingBundle,
    parts=st.dictionaries(ids, st.integers(1, 2), min_size=1, max_size=3).map(
        lambda parts: tuple(parts.items())
    ),
    benefit=benefits(),
)
bundles = st.builds(
    BundleTerms,
    bundles=st.lists(single_bundles, min_size=1, max_size=3).map(tuple),
    max_times=st.one_of(st.none(), st.integers(1, 2)),
)
quantities = st.builds(
    QuantityTerms,
    products=selectors,
    tiers=tier_lists(),
    counting=st.sampled_from(["product", "set", "category"]),
    order=orders,
)
cross_sells = st.builds(
    CrossSellTerms,
    target=selectors,
    benefit=benefits(),
    trigger=st.one_of(st.none(), selectors),
    trigger_count=st.integers(1, 2),
    max_units=st.one_of(st.none(), st.integers(1, 3)),
)
accepted_cross_sells = st.builds(
    CrossSellTerms,
    target=st.just(EVERYTHING),
    benefit=benefits(),
    trigger=st.one_of(st.none(), selectors),
    by_acceptance=st.just(True),
)
buy_gets = st.builds(
    BuyGetTerms,
    buy=selectors,
    buy_count=st.integers(1, 3),
    get=selectors,
    get_count=st.integers(1, 2),
    benefit=benefits(),
    max_times=st.one_of(st.none(), st.integers(1, 2)),
    order=orders,
)
thresholds = st.builds(
    ThresholdTerms,
    measure=st.sampled_from(["spend", "quantity"]),
    at_least=st.one_of(st.integers(0, 10), st.integers(0, 9000)),
    counted=selectors,
    target=st.one_of(st.none(), selectors),
    benefit=shares,
    free_shipping=st.booleans(),
    base=st.sampled_from(["lane_entry", "running"]),
    gift=st.one_of(st.none(), st.just(Gift(PricingProduct(9, 300, tax_basis_points=800)))),
)
subscriptions = st.builds(
    SubscriptionTerms,
    products=selectors,
    intro=benefits(),
    recurring=benefits(),
    intro_cycles=st.integers(0, 2),
    intervals=st.sampled_from([frozenset(), frozenset([30])]),
)
add_ons = st.builds(
    AddOnTerms,
    parents=selectors,
    options=st.frozensets(ids, min_size=1, max_size=3),
    min_count=st.integers(0, 1),
    max_count=st.one_of(st.none(), st.integers(1, 3)),
    included_count=st.integers(0, 2),
    benefit=benefits(),
)
upgrades = st.builds(
    UpgradeTerms, replaces=selectors, products=st.frozensets(ids, min_size=1, max_size=2), benefit=benefits()
)
# What sells by the line alone, without options, subscriptions and acceptances.
plain_terms: st.SearchStrategy[Terms] = st.one_of(bundles, quantities, cross_sells, buy_gets)
terms: st.SearchStrategy[Terms] = st.one_of(
    plain_terms, thresholds, subscriptions, add_ons, upgrades, accepted_cross_sells
)

floors = st.sampled_from([(None, None)] * 4 + [(0, None), (50, None), (None, 0), (None, 4000), (70, 2000)])
places = st.sampled_from(["line", "line", "bundle", "cart"])


@st.composite
def offer_lists(draw: st.DrawFn) -> list[PricingOffer]:
    offers = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        most, margin = draw(floors)
        offer = PricingOffer(
            id=number,
            terms=draw(terms),
            lane=draw(places),
            priority=draw(st.integers(0, 2)),
            purchase=draw(st.sampled_from(["one_time", "one_time", "subscription"])),
            base=draw(st.sampled_from(["running", "list"])),
            excludes=draw(st.sampled_from([frozenset(), frozenset(), frozenset([1]), frozenset([2])])),
            max_discount_minor=most,
            margin_basis_points=margin,
        )
        offers.append(offer)
    return offers


modes: st.SearchStrategy[LaneMode] = st.sampled_from(["best", "first", "stack"])
rules = st.builds(
    lambda line, bundle, cart, rounding, rounding_mode: Rules(
        lanes=(PricingLane("line", line), PricingLane("bundle", bundle), PricingLane("cart", cart)),
        rounding=rounding,
        rounding_mode=rounding_mode,
    ),
    modes,
    modes,
    modes,
    st.sampled_from(["line", "document"]),
    st.sampled_from(["half_up", "down", "up"]),
)


@st.composite
def carts(draw: st.DrawFn) -> Cart:
    shelf = draw(shelves)
    product = ids.map(shelf.__getitem__)
    options = st.builds(Option, product, st.integers(1, 2))
    lines = st.builds(
        PricingCartLine,
        product=product,
        quantity=st.integers(1, 5),
        interval_days=st.sampled_from([0, 0, 0, 30, 60]),
        cycle=st.sampled_from([1, 2]),
        options=st.one_of(st.just(()), st.tuples(options)),
    )
    accepted = st.builds(
        Acceptance,
        offer=ids,
        product=product,
        replaces=ids,
        quantity=st.integers(1, 3),
        keeps=st.frozensets(ids, max_size=2),
    )
    return Cart(
        tuple(draw(st.lists(lines, max_size=5))),
        tax_included=draw(st.booleans()),
        accepted=tuple(draw(st.lists(accepted, max_size=2))),
        exhausted=draw(st.sampled_from([frozenset(), frozenset([1])])),
    )
