"""The base classes of proposers: what a kind of offer proposes, and what that costs."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

from engine.decision.basket import lines_of
from engine.decision.candidate import NOTHING, Candidate, Parts, Priced
from engine.decision.comfort import is_first_in_category
from engine.decision.context import Context
from engine.decision.guards import Guard, first_reason
from engine.decision.price import Accepted, acceptance_of, held_in, is_alone, price_step, step_to
from engine.decision.strategies import STRATEGIES
from engine.decision.strategies.strategy import Propose
from engine.decision.types import Detail, Evidence, Reason
from engine.pricing import PricingCartLine, price_with
from engine.snapshot.records import OfferRecord


class Proposer:
    """Propose candidates for offers of a kind; by default, single products found by general strategies.

    Subclasses override what differs and are registered in `engine.decision.kinds`. `strategies` are those
    that the kind supports, by code; each offer lists some of them in its own order. `guards` are applied to
    the kind's candidates after those of all kinds. `replaces` is true if a proposal replaces a product of the
    page or the cart.
    """

    code: ClassVar[str]
    strategies: ClassVar[Mapping[str, Propose]] = {}
    guards: ClassVar[Sequence[Guard[Context]]] = ()
    replaces: ClassVar[bool] = False

    def strategies_of(self, offer: OfferRecord) -> Iterator[Propose]:
        """Yield the strategies of the offer, in its order."""
        return filter(None, map(self.strategies.get, offer.strategies))

    def removed_by(self, context: Context, offer: OfferRecord, candidate: Candidate) -> str | None:
        """Return the reason of the first guard that removes the candidate, None if no guard does."""
        return first_reason(context, offer, candidate, self.guards)

    def price(self, context: Context, offer: OfferRecord, candidate: Candidate) -> Priced:
        """Return what the offer alone would make of the price, by which offers compete.

        A benefit is one unit's: a percentage is rounded, an amount taken off and a fixed price asked once
        for each unit. So n units cost n times what one costs, as in the pricing of carts.
        """
        if candidate.change is not None:
            return candidate.change.priced
        unit_minor, units = context.snapshot.products.price[candidate.product], candidate.quantity
        offer_minor = price_with(offer.benefit, unit_minor) * units
        return Priced(unit_minor * units, offer_minor, offer_minor, (offer_minor,))

    def price_exactly(
        self, context: Context, offer: OfferRecord, candidate: Candidate, quick: Priced
    ) -> Priced | None:
        """Return what a quote charges once this candidate of a slot is accepted; None if it cannot be.

        Where no other offer is affected, `quick` is that price already for most candidates.
        """
        changed = self.changed_by(candidate)
        is_exact = self.is_quick_exact(context, offer, candidate)
        ask_units = partial(self.units_after, context, offer, candidate)
        if is_exact and is_alone(context, offer, ask_units, changed):
            return quick
        units = self.units_after(context, offer, candidate)
        step = step_to(context, offer, units, changed)
        if is_exact and step.is_open and not step.affects_others(offer):
            return quick
        after = self.cart_after(context, offer, candidate, units)
        held = self.held_parts(context, candidate)
        return price_step(context, offer, step, after, parts=candidate.parts, held=held)

    def changed_by(self, candidate: Candidate) -> Sequence[int]:
        """Return the products of which a cart holds other units once the candidate is accepted."""
        if candidate.items is None and candidate.change is None:
            return (candidate.product,)
        return [row for row, _units in candidate.parts]

    def held_parts(self, context: Context, candidate: Candidate) -> Parts:
        """Return the units of page and cart that the candidate contains or replaces."""
        return tuple([(row, min(units, context.held.get(row, 0))) for row, units in candidate.parts])

    def units_after(self, context: Context, offer: OfferRecord, candidate: Candidate) -> dict[int, int]:
        """Return the units of a cart whose shopper accepts the candidate, before units are exchanged."""
        units = held_in(context, offer.currency)
        for row, quantity in candidate.parts:
            units[row] = max(quantity, units.get(row, 0))
        return units

    def is_quick_exact(self, context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
        """Tell whether the quick price is what the offer alone makes of the price after acceptance."""
        del context, offer, candidate
        return False

    def cart_after(
        self, context: Context, offer: OfferRecord, candidate: Candidate, units: Mapping[int, int]
    ) -> tuple[list[PricingCartLine], Accepted]:
        """Return the lines of a cart of these units, and what its shopper accepted."""
        accepted = acceptance_of(context, offer, candidate) if candidate.is_single else ()
        return lines_of(context, units), accepted

    def keeps_promise(self, quick: Priced, exact: Priced) -> bool:
        """Tell whether a proposal is worth its slot at its exact price.

        It is not if other offers leave nothing of the saving that its own promises, or make it cost more than
        the list price.
        """
        return exact.saving_minor > 0 or exact.saving_minor == 0 >= quick.saving_minor

    def reason(self, context: Context, candidate: Candidate) -> Reason:
        """Return why the candidate is proposed."""
        if candidate.change is not None:
            return Reason(candidate.strategy, candidate.change.evidence)
        strategy = STRATEGIES[candidate.strategy]
        evidence = strategy.evidence(context, candidate)
        if (viewed := context.interest.products.get(candidate.product)) is not None:
            evidence = {**evidence, **viewed.evidence()}
        return Reason(strategy.reason or strategy.code, evidence)

    def detail(
        self, context: Context, offer: OfferRecord, candidate: Candidate, priced: Priced, named: set[int]
    ) -> Detail | None:
        """Return what a filled slot contains in addition to products and price.

        `named` are the products that the page names, to which it adds those that it names in addition.
        """
        del context, offer, priced, named
        return None if candidate.change is None else candidate.change.detail

    def traced(self, context: Context, candidate: Candidate) -> Evidence:
        """Return what an explanation contains in addition to the candidate's figures."""
        if candidate.product != NOTHING and is_first_in_category(context, candidate.product):
            return {"first_in_category": 1}
        return {}


class DirectProposer(Proposer, ABC):
    """Propose in a way of its own; merchandisers choose no strategies for this kind of offer."""

    def strategies_of(self, offer: OfferRecord) -> Iterator[Propose]:
        """Yield `propose` as the only strategy."""
        del offer
        return iter((self.propose,))

    @abstractmethod
    def propose(self, context: Context, offer: OfferRecord) -> Iterator[Candidate]:
        """Yield the offer's candidates, best first."""
