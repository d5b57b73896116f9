"""Bundle: several products together at one price."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from engine.decision.basket import Basket
from engine.decision.candidate import NOTHING, Candidate, Priced
from engine.decision.context import Context
from engine.decision.guards import Guard
from engine.decision.kinds.proposer import Proposer
from engine.decision.strategies.strategy import Propose, found_once
from engine.decision.types import Evidence, Reason
from engine.pricing import Acceptance, BundleLine, price_bundle
from engine.snapshot.records import OfferRecord

CODE: Final = "bundle"
PRIOR_RELEVANCE: Final = 0.05


def bundles(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the offer's own bundles, else those with a product in focus; most products in focus first."""
    if offer.bundles is not None:
        return iter(_ranked_bundles(context, offer.bundles))
    return iter(found_once(context, _bundles_in_focus))


def _bundles_in_focus(context: Context) -> list[Candidate]:
    """Return the bundles with a product in focus."""
    bundles_with = context.snapshot.bundles_with
    return _ranked_bundles(context, sorted({row for one in context.focus for row in bundles_with[one]}))


def _ranked_bundles(context: Context, rows: Sequence[int]) -> list[Candidate]:
    """Return the bundles; those with more of the products in focus come first."""
    found = [context.snapshot.bundles[row] for row in rows]
    shares = [sum(product in context.focus for product, _units in bundle.items) for bundle in found]
    ranked = sorted(zip(shares, found, strict=True), key=lambda entry: -entry[0])
    return [
        Candidate(CODE, NOTHING, share, PRIOR_RELEVANCE / place, basis=bundle.row, items=bundle.items)
        for place, (share, bundle) in enumerate(ranked, 1)
    ]


def is_in_other_currency(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the bundle's price is in another currency than the offer's."""
    return context.snapshot.bundles[candidate.basis].currency != offer.currency


def is_in_cart(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the cart holds the whole bundle."""
    del offer
    return all(context.cart.get(product, 0) >= units for product, units in candidate.parts)


class BundleProposer(Proposer):
    """Propose the offer's own bundles, or all that hold a product in focus."""

    code = CODE
    strategies: ClassVar[Mapping[str, Propose]] = {CODE: bundles}
    guards = (Guard("other_currency", is_in_other_currency), Guard("in_cart", is_in_cart))

    def price(self, context: Context, offer: OfferRecord, candidate: Candidate) -> Priced:
        """Price the parts together; the units that page and cart hold already add nothing."""
        del offer
        prices, bundle = context.snapshot.products.price, context.snapshot.bundles[candidate.basis]
        lines = [BundleLine(prices[product], units) for product, units in bundle.items]
        together = price_bundle(lines, bundle.benefit)
        held_minor = sum(
            prices[product] * min(units, context.cart.get(product, int(product == context.page_product)))
            for product, units in bundle.items
        )
        added_minor = max(together.offer_minor - held_minor, 0)
        return Priced(together.list_minor, together.offer_minor, added_minor, together.line_minor)

    def cart_with(
        self, context: Context, offer: OfferRecord, candidate: Candidate
    ) -> tuple[Basket, tuple[Acceptance, ...]]:
        """Return a cart with the bundle; its price holds without an acceptance."""
        del context, offer
        return dict(candidate.parts), ()

    def reason(self, context: Context, candidate: Candidate) -> Reason:
        """Name the bundle."""
        bundle = context.snapshot.bundles[candidate.basis]
        return Reason(candidate.strategy, {"bundle": bundle.code, "name": bundle.name})

    def traced(self, context: Context, candidate: Candidate) -> Evidence:
        """Name the bundle."""
        return {"bundle": context.snapshot.bundles[candidate.basis].code}
