"""The quick price of an upgrade, a cross-sell and a bundle is what the pricing core charges."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.types import CartItem, Proposal
from engine.pricing import (
    EVERYTHING,
    Acceptance,
    Benefit,
    BenefitKind,
    Cart,
    PricingBundle,
    PricingCartLine,
    Terms,
    price_cart,
)
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.upgrade import UpgradeTerms
from tests.engine.shop import Shop, ask

KINDS: dict[BenefitKind, tuple[int, int]] = {
    "none": (0, 0),
    "percent": (1, 10_000),
    "amount": (0, 4000),
    "fixed": (0, 4000),
}
benefits = st.sampled_from(list(KINDS)).flatmap(
    lambda kind: st.builds(Benefit, st.just(kind), st.integers(*KINDS[kind]))
)
prices = st.integers(0, 3000)
floors: st.SearchStrategy[dict[str, Any]] = st.sampled_from([{}, {}, {"max_discount_minor": 150}])


def shown_and_charged(
    shop: Shop, terms: Terms, benefit: Benefit, rules: dict[str, Any], cart: dict[str, int], **columns: Any
) -> tuple[Proposal, dict[int, int]] | None:
    """Return the one proposal and what the core then charges, by primary key; None for no proposal."""
    given: dict[str, Any] = {"benefit_kind": benefit.kind, "benefit_value": benefit.value}
    if isinstance(terms, BundleTerms):
        given = {}
    shop.priced("one", terms, rules=rules, **given, **columns)
    with tempfile.TemporaryDirectory() as folder:
        snapshot = shop.publish(Path(folder))
        decision = ask(snapshot, cart=tuple(CartItem(sku, units) for sku, units in cart.items()))
        if not decision.proposals:
            return None
        (proposal,) = decision.proposals
        priced = price_cart(
            cart=_accepted(shop, proposal, cart),
            offers=snapshot.pricing.index,
            rules=snapshot.pricing.timeless_rules,
        )
    return proposal, {line.product: line.total_minor for line in priced.lines}


def _accepted(shop: Shop, proposal: Proposal, cart: dict[str, int]) -> Cart:
    """Return the cart of a shopper who accepts; an upgrade exchanges, the others are put into it."""
    replaced = None if proposal.replaces is None else shop.pk(proposal.replaces)
    held = cart if replaced else cart | {one.sku: one.quantity for one in proposal.products}
    return Cart(
        tuple(PricingCartLine(shop.facts(sku), units) for sku, units in held.items()),
        accepted=tuple(
            Acceptance(1, shop.facts(one.sku), replaced, one.quantity) for one in proposal.products
        ),
    )


def assert_same(shop: Shop, found: tuple[Proposal, dict[int, int]] | None) -> None:
    if found is not None:
        proposal, charged = found
        for one in proposal.products:
            assert one.offer_minor == charged[shop.pk(one.sku)]
        assert proposal.offer_minor == sum(one.offer_minor for one in proposal.products)


@settings(max_examples=40, deadline=None)
@given(st.tuples(prices, prices), benefits, floors, st.integers(1, 5))
def test_upgrade__any_benefit__is_charged_as_shown(
    listed: tuple[int, int], benefit: Benefit, rules: dict[str, Any], units: int
) -> None:
    shop = Shop()
    shop.sell("plain", price=listed[0])
    shop.sell("fine", price=listed[1])
    terms = UpgradeTerms(shop.only("plain"), frozenset([shop.pk("fine")]), benefit)

    assert_same(shop, shown_and_charged(shop, terms, benefit, rules, {"plain": units}, curated=("fine",)))


@settings(max_examples=40, deadline=None)
@given(st.tuples(prices, prices), benefits, floors, st.booleans())
def test_cross_sell__any_benefit__is_charged_as_shown(
    listed: tuple[int, int], benefit: Benefit, rules: dict[str, Any], is_triggered: bool
) -> None:
    shop = Shop()
    shop.sell("bread", price=listed[0])
    shop.sell("butter", price=listed[1])
    trigger = shop.only("bread") if is_triggered else None
    terms = CrossSellTerms(EVERYTHING, benefit, trigger, by_acceptance=True)

    assert_same(shop, shown_and_charged(shop, terms, benefit, rules, {"bread": 1}, curated=("butter",)))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(prices, st.integers(1, 3)), min_size=2, max_size=4), benefits, floors)
def test_bundle__any_benefit__is_charged_as_shown(
    parts: list[tuple[int, int]], benefit: Benefit, rules: dict[str, Any]
) -> None:
    shop = Shop()
    items = {}
    for number, (price, units) in enumerate(parts):
        shop.sell(f"p{number}", price=price)
        items[f"p{number}"] = units
    columns = {"benefit_kind": benefit.kind, "benefit_value": benefit.value}
    shop.bundles = [("set", items, columns)]
    terms = BundleTerms(
        (PricingBundle(tuple((shop.pk(sku), units) for sku, units in items.items()), benefit),)
    )

    found = shown_and_charged(shop, terms, benefit, rules, {}, strategy="bundle", bundles=("set",))
    assert_same(shop, found)
