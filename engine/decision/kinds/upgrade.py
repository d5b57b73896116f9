"""Upgrade: a better product in the place of one of page or cart."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from engine.decision.basket import Basket
from engine.decision.candidate import NOTHING, Candidate, Priced
from engine.decision.comfort import is_above_comfort_band
from engine.decision.context import Context
from engine.decision.guards import Guard
from engine.decision.kinds.proposer import Proposer
from engine.decision.price import acceptance_of
from engine.decision.strategies.curated import CURATED
from engine.decision.strategies.ladder import LADDER
from engine.decision.strategies.related import RELATED, substitutes
from engine.decision.strategies.strategy import Propose
from engine.pricing import Acceptance, price_with
from engine.snapshot.records import OfferRecord


def curated_upgrade(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the hand-picked products in the place of the most expensive one in focus."""
    price = context.snapshot.products.price
    replaces = max(context.focus, key=price.__getitem__, default=NOTHING)
    for candidate in CURATED.propose(context, offer):
        candidate.replaces, candidate.quantity = replaces, context.units_of(replaces)
        yield candidate


def has_nothing_to_replace(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether page and cart hold no product to upgrade from."""
    del context, offer
    return candidate.replaces == NOTHING


def replaces_other_currency(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the product to replace is sold in another currency than the offer's."""
    return context.snapshot.products.currency[candidate.replaces] != offer.currency


def is_price_not_higher(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the list price is no step up."""
    del offer
    price = context.snapshot.products.price
    return price[candidate.product] <= price[candidate.replaces]


def is_step_too_high(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether one unit costs more than the offer's largest step above the replaced one."""
    if offer.max_step_bp is None:
        return False
    before_minor = context.snapshot.products.price[candidate.replaces]
    after_minor = _unit_minor(context, offer, candidate)
    return after_minor * 10_000 > before_minor * (10_000 + offer.max_step_bp)


def is_above_band(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether one unit costs more than the customer usually pays in the category."""
    customer = context.request.customer
    if customer is None or not customer.comfort:
        return False
    return is_above_comfort_band(context, offer, candidate.product, _unit_minor(context, offer, candidate))


def _unit_minor(context: Context, offer: OfferRecord, candidate: Candidate) -> int:
    return price_with(offer.benefit, context.snapshot.products.price[candidate.product])


class UpgradeProposer(Proposer):
    """Propose a product in the place of all units of a cart line, or of one unit of the page's product."""

    code = "upgrade"
    strategies: ClassVar[Mapping[str, Propose]] = {
        CURATED.code: curated_upgrade,
        LADDER.code: LADDER.propose,
        RELATED.code: substitutes,
    }
    guards = (
        Guard("nothing_to_replace", has_nothing_to_replace),
        Guard("other_currency", replaces_other_currency),
        Guard("price_not_higher", is_price_not_higher),
        Guard("step_too_high", is_step_too_high),
        Guard("above_comfort_band", is_above_band),
    )
    replaces = True

    def price(self, context: Context, offer: OfferRecord, candidate: Candidate) -> Priced:
        """Return what the units cost; what the replaced ones cost is no longer paid."""
        priced = super().price(context, offer, candidate)
        replaced_minor = context.snapshot.products.price[candidate.replaces] * candidate.quantity
        priced.added_minor = max(priced.offer_minor - replaced_minor, 0)
        return priced

    def cart_with(
        self, context: Context, offer: OfferRecord, candidate: Candidate
    ) -> tuple[Basket, tuple[Acceptance, ...]]:
        """Return a cart with the units to replace, and the acceptance that replaces them."""
        replaces = candidate.replaces
        accepted = acceptance_of(context, offer, candidate, replaces=replaces)
        return {replaces: candidate.quantity}, accepted
