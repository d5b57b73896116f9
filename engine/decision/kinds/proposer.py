"""The base classes of proposers: what a kind of offer proposes, and what that costs."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from engine.decision.basket import Basket, seen_basket, terms_of
from engine.decision.candidate import NOTHING, Candidate, Priced
from engine.decision.comfort import is_first_in_category
from engine.decision.context import Context
from engine.decision.guards import Guard, first_reason
from engine.decision.price import acceptance_of, price_in_cart
from engine.decision.strategies import STRATEGIES
from engine.decision.strategies.strategy import Propose
from engine.decision.types import Detail, Evidence, Reason
from engine.pricing import Acceptance, price_with
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
    guards: ClassVar[Sequence[Guard]] = ()
    replaces: ClassVar[bool] = False

    def strategies_of(self, offer: OfferRecord) -> Iterator[Propose]:
        """Yield the strategies of the offer, in its order."""
        return filter(None, map(self.strategies.get, offer.strategies))

    def removed_by(self, context: Context, offer: OfferRecord, candidate: Candidate) -> str | None:
        """Return the reason of the first guard that removes the candidate, None if no guard does."""
        return first_reason(context, offer, candidate, self.guards)

    def price(self, context: Context, offer: OfferRecord, candidate: Candidate) -> Priced:
        """Return what the core would charge if nothing limits the discount, in a fraction of the time.

        A benefit is one unit's: a percentage is rounded, an amount taken off and a fixed price asked once
        for each unit. So n units cost n times what one costs, as in the pricing of carts.
        """
        if candidate.change is not None:
            return candidate.change.priced
        unit_minor, units = context.snapshot.products.price[candidate.product], candidate.quantity
        offer_minor = price_with(offer.benefit, unit_minor) * units
        return Priced(unit_minor * units, offer_minor, offer_minor, (offer_minor,))

    def limit(self, context: Context, offer: OfferRecord, candidate: Candidate, priced: Priced) -> Priced:
        """Return what the core charges where the offer limits its discount."""
        if candidate.change is not None:
            return priced
        basket, accepted = self.cart_with(context, offer, candidate)
        return price_in_cart(context, offer, candidate, priced, basket, accepted)

    def cart_with(
        self, context: Context, offer: OfferRecord, candidate: Candidate
    ) -> tuple[Basket, tuple[Acceptance, ...]]:
        """Return a cart with what the offer looks at and the candidate in it, and what was accepted."""
        terms = terms_of(offer)
        seen = {} if terms is None else seen_basket(context, offer, terms)
        basket = {**seen, candidate.product: candidate.quantity}
        return basket, acceptance_of(context, offer, candidate)

    def reason(self, context: Context, candidate: Candidate) -> Reason:
        """Return why the candidate is proposed."""
        if candidate.change is not None:
            return Reason(candidate.strategy, candidate.change.evidence)
        strategy = STRATEGIES[candidate.strategy]
        return Reason(strategy.reason or strategy.code, strategy.evidence(context, candidate))

    def detail(self, context: Context, offer: OfferRecord, candidate: Candidate) -> Detail | None:
        """Return what a filled slot contains in addition to products and price."""
        del context, offer
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
