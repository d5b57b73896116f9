"""Bundle: several products together at one price."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from engine.conditions import Trigger
from engine.decision.basket import terms_of
from engine.decision.candidate import NOTHING, Candidate, Priced
from engine.decision.context import Context
from engine.decision.guards import Guard
from engine.decision.kinds.proposer import Proposer
from engine.decision.price import held_in, is_capped
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.strategies.strategy import Propose, found_once
from engine.decision.types import Evidence, Reason
from engine.pricing import BundleLine, PricingBundle, price_bundle
from engine.pricing.kinds.bundle import BundleTerms
from engine.snapshot.records import OfferRecord

CODE: Final = "bundle"


def bundles(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the offer's own bundles, else those with a part on page or in cart; most in focus first."""
    if offer.bundles is not None:
        return iter(_ranked_bundles(context, offer.bundles))
    return iter(found_once(context, _bundles_with_a_part))


def _bundles_with_a_part(context: Context) -> list[Candidate]:
    """Return the bundles with a part on the page or in the cart."""
    bundles_with = context.snapshot.bundles_with
    return _ranked_bundles(context, sorted({row for one in context.products for row in bundles_with[one]}))


def _ranked_bundles(context: Context, rows: Sequence[int]) -> list[Candidate]:
    """Return the bundles; those with more of the products in focus come first."""
    found = [context.snapshot.bundles[row] for row in rows]
    shares = [sum(product in context.focus for product, _units in bundle.items) for bundle in found]
    ranked = sorted(zip(shares, found, strict=True), key=lambda entry: -entry[0])
    return [
        Candidate(CODE, NOTHING, share, PRIOR_RELEVANCE[CODE] / place, basis=bundle.row, items=bundle.items)
        for place, (share, bundle) in enumerate(ranked, 1)
    ]


def bundle_is_in_other_currency(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the bundle's price is in another currency than the offer's."""
    return context.snapshot.bundles[candidate.basis].currency != offer.currency


def has_no_part_present(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether nothing calls for the bundle: no trigger, and no part on the page or in the cart."""
    if offer.condition(Trigger) is not None:
        return False
    return not any(product in context.products for product, _units in candidate.parts)


def bundle_is_in_cart(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the cart holds the whole bundle."""
    del offer
    return all(context.cart.get(product, 0) >= units for product, units in candidate.parts)


def _is_complete(bundle: PricingBundle, units: Mapping[int, int]) -> bool:
    """Tell whether a cart of these units holds all parts of the bundle."""
    return all(units.get(product, 0) >= count for product, count in bundle.parts)


class BundleProposer(Proposer):
    """Propose the offer's own bundles, or all that have a part on the page or in the cart."""

    code = CODE
    strategies: ClassVar[Mapping[str, Propose]] = {CODE: bundles}
    guards = (
        Guard("other_currency", bundle_is_in_other_currency),
        Guard("no_part_present", has_no_part_present),
        Guard("in_cart", bundle_is_in_cart),
    )

    def price(self, context: Context, offer: OfferRecord, candidate: Candidate) -> Priced:
        """Price the parts together; the units that page and cart hold already add nothing."""
        del offer
        prices, bundle = context.snapshot.products.price, context.snapshot.bundles[candidate.basis]
        lines = [BundleLine(prices[product], units) for product, units in bundle.items]
        together = price_bundle(lines, bundle.benefit)
        held_minor = sum(
            prices[product] * min(units, context.held.get(product, 0)) for product, units in bundle.items
        )
        added_minor = together.offer_minor - held_minor
        return Priced(together.list_minor, together.offer_minor, added_minor, together.line_minor)

    def is_quick_exact(self, context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
        """Tell whether the cart holds this one of the offer's bundles once, and held none of them before."""
        terms, pk = terms_of(offer), context.snapshot.products.pk
        if not isinstance(terms, BundleTerms) or is_capped(context, offer):
            return False
        units = self.units_after(context, offer, candidate)
        if any(units[row] > count for row, count in candidate.items or ()):
            return False
        now = {pk[row]: count for row, count in held_in(context, offer.currency).items()}
        then = {pk[row]: count for row, count in units.items()}
        complete = [bundle for bundle in terms.bundles if _is_complete(bundle, then)]
        if len(complete) != 1 or _is_complete(complete[0], now):
            return False
        own = context.snapshot.bundles[candidate.basis]
        parts = tuple([(pk[row], count) for row, count in own.items])
        return complete[0] == PricingBundle(parts, own.benefit)

    def reason(self, context: Context, candidate: Candidate) -> Reason:
        """Name the bundle."""
        bundle = context.snapshot.bundles[candidate.basis]
        return Reason(candidate.strategy, {"bundle": bundle.code, "name": bundle.name})

    def traced(self, context: Context, candidate: Candidate) -> Evidence:
        """Name the bundle."""
        return {"bundle": context.snapshot.bundles[candidate.basis].code}
