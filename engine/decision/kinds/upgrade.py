"""Upgrade: a better product in the place of one of page or cart."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec.structs import replace

from engine.decision.basket import lines_of, sees, terms_of
from engine.decision.candidate import NOTHING, Candidate, Parts, Priced
from engine.decision.comfort import is_above_comfort_band
from engine.decision.context import Context
from engine.decision.guards import Guard
from engine.decision.kinds.proposer import Proposer
from engine.decision.price import Accepted, acceptance_of, held_in, is_capped
from engine.decision.strategies.curated import CURATED
from engine.decision.strategies.ladder import LADDER
from engine.decision.strategies.related import RELATED, substitutes
from engine.decision.strategies.strategy import Propose
from engine.decision.strategies.viewed import VIEWED_NOT_BOUGHT
from engine.pricing import PricingCartLine, price_with
from engine.pricing.kinds.upgrade import UpgradeTerms
from engine.snapshot.records import OfferRecord


def curated_upgrade(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose the hand-picked products in the place of the most expensive one that the offer replaces."""
    price, terms = context.snapshot.products.price, terms_of(offer)
    replaceable = [
        row for row in context.focus if isinstance(terms, UpgradeTerms) and sees(context, terms.replaces, row)
    ]
    replaces = max(replaceable, key=price.__getitem__, default=NOTHING)
    for candidate in CURATED.propose(context, offer):
        candidate.replaces, candidate.quantity = replaces, context.units_of(replaces)
        yield candidate


def viewed_upgrade(context: Context, offer: OfferRecord) -> Iterator[Candidate]:
    """Propose what was looked at in the place of the most expensive product of its category."""
    price, category, terms = (
        context.snapshot.products.price,
        context.snapshot.products.category,
        terms_of(offer),
    )
    for found in VIEWED_NOT_BOUGHT.propose(context, offer):
        replaceable = [
            row
            for row in context.focus
            if category[row] == category[found.product]
            and isinstance(terms, UpgradeTerms)
            and sees(context, terms.replaces, row)
        ]
        if replaceable:
            replaces = max(replaceable, key=price.__getitem__)
            yield replace(found, replaces=replaces, quantity=context.units_of(replaces))


def has_nothing_to_replace(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether page and cart hold no product in the place of which the offer would put this one."""
    terms, facts = terms_of(offer), context.snapshot.pricing.product
    return (
        candidate.replaces == NOTHING
        or terms is None
        or not terms.can_exchange(facts(candidate.replaces), facts(candidate.product))
    )


def replaces_other_currency(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the product to replace is sold in another currency than the offer's."""
    return context.snapshot.products.currency[candidate.replaces] != offer.currency


def is_price_not_higher(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the list price is no step up."""
    del offer
    price = context.snapshot.products.price
    return price[candidate.product] <= price[candidate.replaces]


def is_step_too_high(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether one unit costs more than the offer's largest step above the replaced one.

    The step is lower in a category of which the customer declined a product for its price.
    """
    if offer.max_step_bp is None:
        return False
    category = context.snapshot.products.category[candidate.product]
    max_step_bp = offer.max_step_bp * context.restraint.steps.get(category, 1.0)
    before_minor = context.snapshot.products.price[candidate.replaces]
    after_minor = _unit_minor(context, offer, candidate)
    return after_minor * 10_000 > before_minor * (10_000 + max_step_bp)


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
        VIEWED_NOT_BOUGHT.code: viewed_upgrade,
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
        replaced = min(candidate.quantity, context.held.get(candidate.replaces, 0))
        priced.added_minor -= context.snapshot.products.price[candidate.replaces] * replaced
        return priced

    def held_parts(self, context: Context, candidate: Candidate) -> Parts:
        """Return the units that it replaces."""
        return ((candidate.replaces, min(candidate.quantity, context.held.get(candidate.replaces, 0))),)

    def changed_by(self, candidate: Candidate) -> Sequence[int]:
        """Return the product and the one that it replaces."""
        return candidate.product, candidate.replaces

    def units_after(self, context: Context, offer: OfferRecord, candidate: Candidate) -> dict[int, int]:
        """Return a cart with the units to replace."""
        units = held_in(context, offer.currency)
        units[candidate.replaces] = max(units.get(candidate.replaces, 0), candidate.quantity)
        return units

    def is_quick_exact(self, context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
        """Tell whether nothing limits the benefit: it is one unit's."""
        del candidate
        terms = terms_of(offer)
        return (
            isinstance(terms, UpgradeTerms)
            and terms.benefit == offer.benefit
            and not is_capped(context, offer)
        )

    def cart_after(
        self, context: Context, offer: OfferRecord, candidate: Candidate, units: Mapping[int, int]
    ) -> tuple[list[PricingCartLine], Accepted]:
        """Return a cart with the units to replace, and the acceptance that replaces them."""
        accepted = acceptance_of(context, offer, candidate, replaces=candidate.replaces)
        return lines_of(context, units), accepted
