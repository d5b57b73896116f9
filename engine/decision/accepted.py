"""Rank: what the answers of shoppers say of a candidate (`engine.learned.acceptance`).

A candidate's relevance counts as often as its offer and product are accepted here, compared with what was
expected. Nothing of this applies to the group that is kept to business as usual.
"""

from collections.abc import Mapping
from typing import Final

from engine.decision.candidate import NOTHING, Candidate
from engine.decision.context import Context
from engine.learned.acceptance import AcceptanceFigure
from engine.snapshot.records import OfferRecord

# A relevance without answers counts as it is.
AS_EXPECTED: Final = 1.0


def acceptance_of(context: Context, offer: OfferRecord, candidate: Candidate) -> AcceptanceFigure | None:
    """Return what is known of the candidate in this placement, None if nothing is."""
    if context.ratios is None:
        return None
    product = _product_of(candidate)
    return context.ratios.figure_of(offer.id, context.snapshot.products.pk[product] if product >= 0 else 0)


def ratio_of(context: Context, offer: OfferRecord, candidate: Candidate) -> float:
    """Return by what the candidate's relevance is multiplied."""
    figure = acceptance_of(context, offer, candidate)
    return AS_EXPECTED if figure is None else figure.ratio


def traced_acceptance(context: Context, offer: OfferRecord, candidate: Candidate) -> Mapping[str, float]:
    """Return what an explanation says of the answers to it; nothing if it was never shown."""
    figure = acceptance_of(context, offer, candidate)
    if figure is None:
        return {}
    return {
        "answers_shown": round(figure.shown, 1),
        "answers_expected": round(figure.expected, 2),
        "answers_accepted": round(figure.accepted, 1),
        "acceptance_ratio": round(figure.ratio, 4),
    }


def _product_of(candidate: Candidate) -> int:
    """Return the row of the first product that the candidate proposes, NOTHING if it proposes none."""
    if candidate.is_single:
        return candidate.product
    parts = candidate.parts
    return parts[0][0] if parts else NOTHING
