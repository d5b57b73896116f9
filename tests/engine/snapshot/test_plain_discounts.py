"""Leaving out what another offer surpasses changes no price."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from engine.decision.charged import units_less
from engine.pricing import (
    Acceptance,
    Benefit,
    Cart,
    PricedUnits,
    PricingBundle,
    PricingCartLine,
    Selector,
    Terms,
    Tier,
    Tiers,
    price_units,
)
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.snapshot.reader import Snapshot
from tests.engine.shop import Shop

SKUS = ("a", "b", "c")
PKS = (10, 20, 30)  # of `Shop.pk`
BENEFITS = (
    Benefit("percent", 500),
    Benefit("percent", 1000),
    Benefit("percent", 1200),
    Benefit("amount", 50),
    Benefit("amount", 7),
    Benefit("fixed", 90),
)
some = st.sets(st.sampled_from(PKS), min_size=1, max_size=2).map(lambda pks: Selector(frozenset(pks)))
benefits = st.sampled_from(BENEFITS)
discounts = st.builds(
    CrossSellTerms,
    target=st.sampled_from(PKS).map(lambda pk: Selector(frozenset([pk]))) | some,
    benefit=benefits,
    trigger=st.none() | some,
    trigger_count=st.sampled_from([1, 1, 1, 2]),
    max_units=st.sampled_from([None, None, None, 1]),
)
parts = st.sampled_from([((10, 1), (20, 1)), ((10, 2),), ((20, 1), (30, 1)), ((30, 1), (10, 1))])
others: st.SearchStrategy[Terms] = st.one_of(
    st.builds(BundleTerms, st.builds(PricingBundle, parts, benefits).map(lambda one: (one,))),
    st.builds(
        QuantityTerms, some, st.builds(Tier, st.integers(1, 3), benefits).map(lambda one: Tiers((one,)))
    ),
    st.builds(BuyGetTerms, some, st.just(1), some, st.just(1), benefits),
    st.builds(
        ThresholdTerms,
        measure=st.just("spend"),
        at_least=st.integers(50, 900),
        counted=some,
        benefit=benefits.filter(lambda benefit: benefit.kind != "fixed"),
        base=st.sampled_from(["lane_entry", "running"]),
    ),
    st.builds(UpgradeTerms, some, st.sampled_from(PKS).map(lambda pk: frozenset([pk])), benefits),
)
lanes = st.sampled_from(["line", "line", "line", "line", "bundle"])
carts = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3), min_size=1)
acceptances = st.tuples(st.sampled_from(SKUS), st.sampled_from(PKS), st.integers(1, 2))


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """Many discounts on few products, and a few offers of other kinds."""
    shop = Shop()
    for sku in SKUS:
        shop.sell(sku, price=draw(st.sampled_from([6, 90, 100, 480, 500, 1000])))
    mixed = [*draw(st.lists(discounts, min_size=2, max_size=8)), *draw(st.lists(others, max_size=2))]
    for number, terms in enumerate(draw(st.permutations(mixed))):
        rules = {
            "lane": draw(lanes),
            "priority": draw(st.sampled_from([0, 0, 0, 1])),
            "excludes": draw(st.sampled_from([frozenset()] * 6 + [frozenset([1])])),
            "max_discount_minor": draw(st.sampled_from([None] * 6 + [60])),
        }
        shop.priced(f"offer-{number}", terms, rules=rules)
    return shop


def units_of(snapshot: Snapshot, cart: Cart, offers: int, counts: dict[int, int]) -> list[PricedUnits]:
    """Price the units under a set of offers."""
    table = snapshot.pricing
    keys = snapshot.gates.keys_of(offers)
    return price_units(
        cart=cart, offers=table.index, rules=table.timeless_rules, among=keys, surpassed=counts
    )


@settings(max_examples=120, deadline=None)
@given(shops(), carts, st.none() | acceptances)
def test_surpassed__any_shop_and_cart__leaves_the_price_of_each_unit(
    shop: Shop, units: dict[str, int], exchange: tuple[str, int, int] | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = shop.publish(Path(folder))
    plain, offers = snapshot.gates.plain, snapshot.gates.sets.priced
    lines = tuple(PricingCartLine(shop.facts(sku), count) for sku, count in units.items())
    products, accepted = {shop.row(sku): True for sku in units}, tuple[Acceptance, ...]()
    if exchange is not None:
        sku, replaced, count = exchange
        upgrades = [one.id for one in shop.offers if one.kind == "upgrade"]
        accepted = tuple(Acceptance(id_, shop.facts(sku), replaced, count) for id_ in upgrades[:1])
        products[PKS.index(replaced)] = False
        products.setdefault(shop.row(sku), False)
    cart = Cart(lines, accepted=accepted)

    surpassed = plain.surpassed(offers, products) if plain.can_tell(offers) else None

    event("left out" if surpassed and surpassed.left != offers else "all asked")
    if surpassed is not None:
        expected = units_of(snapshot, cart, offers, {})
        assert units_of(snapshot, cart, surpassed.left, surpassed.counts) == expected


plain_discounts = st.builds(
    CrossSellTerms,
    target=st.sampled_from(PKS).map(lambda pk: Selector(frozenset([pk]))) | some,
    benefit=benefits,
    trigger=st.none() | some,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(plain_discounts, st.sampled_from([0, 0, 1])), max_size=4),
    st.lists(st.sampled_from([6, 90, 100, 480, 1000]), min_size=3, max_size=3),
    carts,
)
def test_surpassed__only_plain_discounts__tells_the_price_of_each_unit_or_leaves_it_to_pricing(
    mixed: list[tuple[CrossSellTerms, int]], prices: list[int], units: dict[str, int]
) -> None:
    shop = Shop()
    for sku, price in zip(SKUS, prices, strict=True):
        shop.sell(sku, price=price)
    for number, (terms, priority) in enumerate(mixed):
        shop.priced(f"offer-{number}", terms, rules={"priority": priority})
    with tempfile.TemporaryDirectory() as folder:
        snapshot = shop.publish(Path(folder))
    gates = snapshot.gates
    products = {shop.row(sku): True for sku in units}
    # As in a decision: offers that see nothing in the cart for one of their roles are not asked.
    sight = gates.sights.of_all(products)
    offers = gates.sets.priced & sight.first & sight.second
    cart = Cart(tuple(PricingCartLine(shop.facts(sku), count) for sku, count in sorted(units.items())))

    surpassed = gates.plain.surpassed(offers, products)

    event("priced" if surpassed.off is None else f"told with {len(surpassed.off)} discounts")
    if surpassed.off is not None:
        assert units_less(cart, surpassed.off) == units_of(snapshot, cart, offers, {})


@pytest.mark.parametrize(
    ("terms", "left"),
    [
        (CrossSellTerms(Selector(frozenset([10])), Benefit("percent", 2000)), {4}),
        (CrossSellTerms(Selector(frozenset([10])), Benefit("percent", 500)), {3}),
        (CrossSellTerms(Selector(frozenset([10])), Benefit("percent", 2000), max_units=1), {3, 4}),
        (
            CrossSellTerms(Selector(frozenset([10])), Benefit("percent", 2000), Selector(frozenset([30]))),
            {3, 4},
        ),
    ],
    ids=["larger", "smaller", "limited", "without its trigger"],
)
def test_surpassed__another_discount_on_the_product__stays_unless_it_is_plainly_smaller(
    tmp_path: Path, terms: CrossSellTerms, left: set[int]
) -> None:
    shop = Shop()
    shop.sell(*SKUS, price=1000)
    for number, benefit in enumerate(
        [Benefit("percent", 700), Benefit("amount", 90), Benefit("amount", 100)]
    ):
        shop.priced(f"offer-{number}", CrossSellTerms(Selector(frozenset([10])), benefit))
    shop.priced("another", terms)
    snapshot = shop.publish(tmp_path)

    surpassed = snapshot.gates.plain.surpassed(snapshot.gates.sets.priced, {0: True, 1: True})

    assert set(snapshot.gates.keys_of(surpassed.left)) == left
    assert sum(surpassed.counts.values()) == 4 - len(left)
