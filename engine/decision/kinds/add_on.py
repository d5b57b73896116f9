"""Add-on: the options of a product, each with its surcharge."""

from collections.abc import Iterator, Mapping
from typing import Final

from engine.decision.basket import TRIED, lines_of, price_lines, sees, terms_of
from engine.decision.candidate import Candidate, Change, Priced
from engine.decision.context import Context
from engine.decision.kinds.proposer import DirectProposer
from engine.decision.price import Accepted, held_in, price_step, step_to
from engine.decision.priors import PRIOR_RELEVANCE
from engine.decision.types import Detail, ProposedProduct
from engine.pricing import Option, PricingCartLine, price_with
from engine.pricing.kinds.add_on import AddOnTerms
from engine.snapshot.records import OfferRecord

CODE: Final = "add_on"


class Choice(Detail, frozen=True):
    """The options of one product: each with what a unit adds to the price beyond the included ones.

    Counts hold for each unit of the product `on` which they are.
    """

    on: str
    options: tuple[ProposedProduct, ...]
    min_count: int
    max_count: int | None
    included_count: int


class AddOnProposer(DirectProposer):
    """Propose the options of the products in focus."""

    code = CODE

    def propose(self, context: Context, offer: OfferRecord) -> Iterator[Candidate]:
        """Propose the options of the products in focus, priced as the smallest choice of the cheapest."""
        terms = terms_of(offer)
        if not isinstance(terms, AddOnTerms):
            return
        options = [row for row in offer.curated if self._is_option(context, offer, terms, row)]
        held = held_in(context, offer.currency)
        parents = [one for one in context.focus if one in held and _is_parent(context, terms, one)]
        for place, parent in enumerate(parents[:TRIED] if options else [], 1):
            change = _choose(context, offer, terms, parent, options)
            yield Candidate(CODE, parent, 1 / place, PRIOR_RELEVANCE[CODE] / place, change=change)

    def price_exactly(
        self, context: Context, offer: OfferRecord, candidate: Candidate, quick: Priced
    ) -> Priced | None:
        """Return what a quote charges for the options; page and cart hold none of them."""
        del quick
        ((option, _count),), units = candidate.parts, held_in(context, offer.currency)
        step = step_to(context, offer, units, (candidate.product, option))
        after = self.cart_after(context, offer, candidate, units)
        priced = price_step(context, offer, step, after, parts=candidate.parts, held=())
        if priced is not None:
            priced.part_minor = (priced.offer_minor,)
        return priced

    def cart_after(
        self, context: Context, offer: OfferRecord, candidate: Candidate, units: Mapping[int, int]
    ) -> tuple[list[PricingCartLine], Accepted]:
        """Return the cart with the options on each unit of their product."""
        del offer
        ((option, count),), parent = candidate.parts, candidate.product
        facts = context.snapshot.pricing.product
        options = (Option(facts(option), count // units[parent]),)
        line = PricingCartLine(facts(parent), units[parent], options=options)
        others = {row: many for row, many in units.items() if row != parent}
        return [*lines_of(context, others), line], ()

    def detail(
        self, context: Context, offer: OfferRecord, candidate: Candidate, priced: Priced, named: set[int]
    ) -> Detail | None:
        """Return the options that the page shows here: the cheapest one, and those left beside it."""
        terms, change = terms_of(offer), candidate.change
        del priced, named
        if not isinstance(terms, AddOnTerms) or change is None:
            return None
        shown = {change.parts[0][0], *change.choices}
        return Choice(
            context.snapshot.products.sku[candidate.product],
            tuple([_option(context, terms, row) for row in offer.curated if row in shown]),
            terms.min_count,
            terms.max_count,
            terms.included_count,
        )

    def _is_option(self, context: Context, offer: OfferRecord, terms: AddOnTerms, row: int) -> bool:
        """Tell whether the product is an option of the offer that all guards let pass."""
        if context.snapshot.products.pk[row] not in terms.options:
            return False
        return self.removed_by(context, offer, Candidate(CODE, row, 0, 0, items=((row, 1),))) is None


def _is_parent(context: Context, terms: AddOnTerms, row: int) -> bool:
    """Tell whether the product may have the options; an option has none itself."""
    return sees(context, terms.parents, row) and context.snapshot.products.pk[row] not in terms.options


def _choose(
    context: Context, offer: OfferRecord, terms: AddOnTerms, parent: int, options: list[int]
) -> Change:
    """Put the fewest units of the cheapest option that may be chosen on each unit of the parent."""
    facts, price = context.snapshot.pricing.product, context.snapshot.products.price
    cheapest = min(options, key=lambda row: (price[row], row))
    units, fewest = context.units_of(parent), max(terms.min_count, 1)
    line = PricingCartLine(facts(parent), units, options=(Option(facts(cheapest), fewest),))
    option = next(one for one in price_lines(context, offer, [line]).lines if one.parent is not None)
    return Change(
        parts=((cheapest, units * fewest),),
        priced=Priced(option.list_minor, option.total_minor, option.total_minor, (option.total_minor,)),
        about=(CODE, parent),
        evidence={"options": len(options), "included": terms.included_count},
        choices=tuple([row for row in options if row != cheapest]),
    )


def _option(context: Context, terms: AddOnTerms, row: int) -> ProposedProduct:
    """Return an option with what one of it adds to a unit of the product beyond the included ones."""
    sku, name, image_url, page_url = context.snapshot.products.texts_of(row)
    list_minor = context.snapshot.products.price[row]
    surcharge = price_with(terms.benefit, list_minor)
    return ProposedProduct(sku, name, 1, image_url, page_url, list_minor, surcharge)
