"""Rank: what the answers of shoppers say of a candidate (`engine.learned.acceptance`).

A candidate's relevance counts as often as its offer and product are accepted here, compared with what was
expected. Nothing of this applies to the group that is kept to business as usual.
"""

from collections.abc import Mapping

from engine.decision.candidate import NOTHING, Candidate
from engine.decision.context import Context
from engine.learned.acceptance import ALL_PRODUCTS, AS_EXPECTED, EVERYBODY
from engine.snapshot.records import OfferRecord


def ratio_of(context: Context, offer: OfferRecord, candidate: Candidate) -> float:
    """Return by what the candidate's relevance is multiplied."""
    if context.answers is None:
        return AS_EXPECTED
    return context.answers.ratio_of(offer.id, _product_of(context, candidate))


def traced_acceptance(context: Context, offer: OfferRecord, candidate: Candidate) -> Mapping[str, float]:
    """Return what an explanation says of the answers to it; nothing if there are none."""
    answers, traced = context.answers, dict[str, float]()
    if answers is None:
        return traced
    product = _product_of(context, candidate)
    figure, fit = answers.figure_of(offer.id, product), answers.fits.get(product)
    if figure is not None:
        traced["answers_shown"] = round(figure.shown, 1)
        traced["answers_expected"] = round(figure.expected, 2)
        traced["answers_accepted"] = round(figure.accepted, 1)
        traced["acceptance_ratio"] = round(figure.ratio, 4)
        if figure.exploration != AS_EXPECTED:
            traced["exploration"] = round(figure.exploration, 4)
        if figure.audience != EVERYBODY:
            traced["answers_audience"] = figure.audience
    if fit is not None:
        traced["fit_declined"] = round(fit.declined, 1)
        traced["fit_accepted"] = round(fit.accepted, 1)
        traced["fit_share"] = round(fit.share, 4)
    return traced


def _product_of(context: Context, candidate: Candidate) -> int:
    """Return the primary key of the first product that it proposes, ALL_PRODUCTS if it proposes none."""
    row = candidate.product
    if candidate.items is not None or candidate.change is not None:
        parts = candidate.parts
        row = parts[0][0] if parts else NOTHING
    return context.snapshot.products.pk[row] if row >= 0 else ALL_PRODUCTS
