"""Bundles: the offer's own, else those that hold a product in focus."""

from collections.abc import Iterator, Sequence

from engine.decision.candidate import NOTHING, Candidate
from engine.decision.context import Context
from engine.decision.strategies.proposal import PRIOR_RELEVANCE, found_once
from engine.snapshot.records import OfferRecord


def bundles(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the offer's own bundles, else those that hold a product in focus; most of it first."""
    if offer.bundles:
        return iter(_ranked_bundles(context, offer.bundles))
    return iter(found_once(context, _bundles_in_focus))


def _bundles_in_focus(context: Context) -> list[Candidate]:
    """Return the bundles that hold a product in focus."""
    bundles_with = context.snapshot.bundles_with
    return _ranked_bundles(context, sorted({row for one in context.focus for row in bundles_with[one]}))


def _ranked_bundles(context: Context, rows: Sequence[int]) -> list[Candidate]:
    """Return the bundles, those first that hold more of the products in focus."""
    found = [context.snapshot.bundles[row] for row in rows]
    shares = [sum(product in context.focus for product, _ in bundle.items) for bundle in found]
    ranked = sorted(zip(shares, found, strict=True), key=lambda entry: -entry[0])
    prior = PRIOR_RELEVANCE["bundle"]
    return [
        Candidate("bundle", NOTHING, share, prior / place, basis=bundle.row, bundle=bundle)
        for place, (share, bundle) in enumerate(ranked, 1)
    ]
