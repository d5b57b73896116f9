"""Explain: how a decision was made, written down only if the request asks for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from engine.conditions import Circumstances, MinimumSubtotal, TreeRequired
from engine.conditions.tree.evaluate import Failing
from engine.conditions.tree.leaves.cart_value import CartValueLeaf
from engine.decision.accepted import traced_acceptance
from engine.decision.candidate import Candidate, Parts, Priced
from engine.decision.context import Context
from engine.decision.kinds import KINDS
from engine.decision.match import circumstances_of
from engine.decision.price import added_cost, expected_value
from engine.decision.types import CandidateTrace, OfferTrace
from engine.restraint.rulings import NO_LEVER
from engine.snapshot.conditions import each_bit
from engine.snapshot.records import OfferRecord


class Trace:
    """Collects what became of each candidate, and says what became of each offer."""

    def __init__(self) -> None:
        self._asked: set[int] = set()
        self._placed: set[tuple[int, Parts]] = set()
        self._candidates: defaultdict[int, list[CandidateTrace]] = defaultdict(list)

    def asked(self, offer: OfferRecord) -> None:
        """Note that an offer was asked for candidates."""
        self._asked.add(offer.row)

    def note(
        self,
        context: Context,
        offer: OfferRecord,
        candidate: Candidate,
        reason: str | None,
        priced: Priced | None = None,
    ) -> None:
        """Note a candidate and what removed it; `reason` is None where it filled a slot."""
        detail: dict[str, int | float | str] = {"relevance": round(candidate.relevance, 6)}
        if priced is not None:
            detail["added_minor"] = priced.added_minor
            if context.ranks_by_margin:
                detail["margin_minor"] = priced.added_minor - added_cost(context, candidate)
            detail["ranked_by"] = "margin" if context.ranks_by_margin else "sales"
            detail["value"] = round(expected_value(context, offer, candidate, priced), 6)
        detail |= traced_acceptance(context, offer, candidate)
        if (lever := context.restraint.lever_of(offer.row)) != NO_LEVER:
            detail["lever"] = lever
        if candidate.interest:
            detail["interest"] = round(candidate.interest, 6)
        detail |= KINDS[offer.kind].traced(context, candidate)
        if candidate.relevance_cost:
            detail["relevance_cost"] = round(candidate.relevance_cost, 6)
        sku = context.snapshot.products.sku
        if reason is None:
            self._placed.add((offer.row, candidate.parts))
        elif (offer.row, candidate.parts) in self._placed:
            return  # it fills a reserved slot, and its offer was asked once more
        name = "+".join(sku[product] for product, _quantity in candidate.parts)
        self._candidates[offer.row].append(
            CandidateTrace(name, candidate.strategy, round(candidate.ranked_by, 6), reason, detail)
        )

    def candidates(self, context: Context) -> Mapping[str, Sequence[CandidateTrace]]:
        """Return the candidates of the offers that were asked, by the code of the offer."""
        code_of = context.snapshot.offers.code_of
        return {code_of(row): found for row, found in self._candidates.items()}

    def offers(
        self, context: Context, in_question: int, conditions: list[tuple[str, int]]
    ) -> tuple[OfferTrace, ...]:
        """Return each offer in question: the conditions that it meets, the first that it does not."""
        asked = circumstances_of(context)
        currencies = context.snapshot.currencies
        subtotals = {currencies[code]: minor for code, minor in asked.subtotals_by_code.items()}
        asked = replace(asked, subtotals=subtotals)
        return tuple(self._offer(context, row, conditions, asked) for row in each_bit(in_question))

    def _offer(
        self, context: Context, row: int, conditions: list[tuple[str, int]], asked: Circumstances
    ) -> OfferTrace:
        """Return what became of one offer; one that applies may not have been needed."""
        code = context.snapshot.offers.code_of(row)
        matched: list[str] = []
        for name, met in conditions:
            if not met >> row & 1:
                failing = _failing(context.snapshot.offers[row], name, asked)
                return OfferTrace(code, tuple(matched), name, (), failing)
            matched.append(name)
        failed = None if row in self._asked else "not_asked"
        return OfferTrace(code, tuple(matched), failed, tuple(self._candidates.get(row, ())))


def _failing(offer: OfferRecord, name: str, asked: Circumstances) -> Failing | None:
    """Return the single condition that keeps the part of this name from holding, None if it has no tree.

    A smallest cart is a condition on the cart's value.
    """
    condition = next((one for one in offer.conditions if one.name == name), None)
    if isinstance(condition, MinimumSubtotal):
        leaf = CartValueLeaf(op="at_least", minor=condition.minor, currency=condition.currency)
        return Failing(leaf, "", leaf.seen(asked), is_unwanted=False)
    return condition.failing(asked) if isinstance(condition, TreeRequired) else None
