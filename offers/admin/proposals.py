"""A decision in words: its proposals, and the result for every candidate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalog.models import Bundle, Product
from catalog.services.amounts import money
from engine.decision.types import CandidateTrace, OfferTrace, Proposal
from engine.snapshot.data import PIN_SCORE
from offers.admin.wording import code_text, reason_text, strategy_text
from offers.kinds.registry import kind_of
from offers.services.condition_text import failures_of


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal in words; `help_cost` says what it cost to help a slow mover to its place."""

    proposal: Proposal
    list_price: str
    price: str
    saving: str
    replaces: str
    reason: str
    details: tuple[str, ...]
    help_cost: str


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A candidate, the score that ordered it, how likely shoppers accept it, and why it was removed.

    `viewed` says by how much more it counts because the shopper looked at it, `answers` what shoppers
    accepted of it so far.
    """

    sku: str
    name: str
    strategy: str
    relevance: str
    acceptances: str
    help_cost: str
    viewed: str
    answers: str
    removed: str


def names_of(proposals: Iterable[Proposal], traces: Iterable[OfferTrace]) -> dict[str, str]:
    """Return the names of the products and bundles in the answer, by SKU and by code."""
    candidates = [row for trace in traces for row in trace.candidates]
    skus = {row.sku for row in candidates}
    skus |= {str(row.reason.evidence.get("with") or "") for row in proposals}
    skus |= {row.replaces or "" for row in proposals}
    codes = {str(row.detail["bundle"]) for row in candidates if "bundle" in row.detail}
    products = Product.objects.filter(sku__in=skus - {""})
    bundles = Bundle.objects.filter(code__in=codes)
    return dict(products.values_list("sku", "name")) | dict(bundles.values_list("code", "name"))


def failed_texts(traces: Iterable[OfferTrace]) -> dict[str, str]:
    """Return by offer why it did not apply: the condition of its tree with what it saw, or another reason."""
    failed = [trace for trace in traces if trace.failed]
    of_trees = [trace for trace in failed if trace.failing is not None]
    said = failures_of(trace.failing for trace in of_trees if trace.failing is not None)
    texts = dict(zip((trace.offer for trace in of_trees), said, strict=True))
    return {trace.offer: texts.get(trace.offer) or code_text(trace.failed or "") for trace in failed}


def proposal_row(proposal: Proposal, traces: Iterable[OfferTrace], names: Mapping[str, str]) -> ProposalRow:
    """Return a proposal in words; `traces` tell what its place cost."""
    return ProposalRow(
        proposal=proposal,
        list_price=money(proposal.list_minor, proposal.currency),
        price=money(proposal.offer_minor, proposal.currency),
        saving=money(proposal.saving_minor, proposal.currency) if proposal.saving_minor else "",
        replaces=names.get(proposal.replaces or "", proposal.replaces or ""),
        reason=reason_text(proposal.reason, names),
        details=_details(proposal),
        help_cost=_help_cost(_candidate_of(proposal, traces)),
    )


def _details(proposal: Proposal) -> tuple[str, ...]:
    """Return what the kind of offer says beyond products and a price."""
    if proposal.detail is None:
        return ()
    return kind_of(proposal.kind).details(proposal.detail, proposal.currency)


def candidate_rows(trace: OfferTrace | None, names: Mapping[str, str]) -> tuple[CandidateRow, ...]:
    """Return the results of an offer's candidates."""
    return tuple(
        CandidateRow(
            sku=row.sku,
            name=names.get(str(row.detail.get("bundle", row.sku)), row.sku),
            strategy=strategy_text(row.strategy),
            relevance=_score_text(row.score),
            acceptances=of_hundred(row.detail.get("relevance")),
            help_cost=_help_cost(row),
            viewed=_viewed(row),
            answers=_answers(row),
            removed=code_text(row.removed_by) if row.removed_by else "",
        )
        for row in (trace.candidates if trace else ())
    )


def _candidate_of(proposal: Proposal, traces: Iterable[OfferTrace]) -> CandidateTrace | None:
    """Return the candidate that became the proposal."""
    name = "+".join(product.sku for product in proposal.products)
    rows = (row for trace in traces if trace.offer == proposal.offer for row in trace.candidates)
    return next((row for row in rows if row.sku == name and row.removed_by is None), None)


def _help_cost(row: CandidateTrace | None) -> str:
    """Return what helping a slow mover took from the place, nothing where none was helped."""
    cost = None if row is None else row.detail.get("relevance_cost")
    if row is None or cost is None:
        return ""
    return _("Boosted as a slow mover: expected to cost %(cost)s acceptances per 100 shoppers.") % {
        "cost": of_hundred(cost)
    }


def _viewed(row: CandidateTrace) -> str:
    """Return by how much more a candidate counts because the shopper looked at it, nothing if not at all."""
    more = row.detail.get("interest")
    if more is None:
        return ""
    return _("Looked at by the shopper: counts %(share)s%% more.") % {"share": of_hundred(more)}


def _answers(row: CandidateTrace) -> str:
    """Return what was accepted of it here and what was expected, nothing if it was never shown."""
    ratio = row.detail.get("acceptance_ratio")
    if ratio is None:
        return ""
    return _("Accepted %(accepted)s of %(shown)s times, %(expected)s expected: counts %(ratio)s times.") % {
        "accepted": f"{float(row.detail['answers_accepted']):,.0f}",
        "shown": f"{float(row.detail['answers_shown']):,.0f}",
        "expected": f"{float(row.detail['answers_expected']):,.1f}",
        "ratio": f"{float(ratio):.2f}",
    }


def _score_text(score: float) -> str:
    """Return the score that ordered a candidate of its source; a pin counts more than every score."""
    return _("pinned") if score >= PIN_SCORE else f"{score:.3g}" if score < LARGE_SCORE else f"{score:,.0f}"


# Scores from here on are counts of orders.
LARGE_SCORE = 1000
# Below half of the last digit shown.
TOO_SMALL = 0.0005


def of_hundred(share: float | str | None) -> str:
    """Return 0.1234 as "12.3", a share too small to write as "<0.1"; a dash for what is not known."""
    if not isinstance(share, int | float):
        return "–"
    return "<0.1" if 0 < share < TOO_SMALL else f"{100 * share:.1f}"
