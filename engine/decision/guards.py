"""Guards: hard filters that no offer can switch off. Each removal has a reason code.

One list of guards holds for every candidate of every kind of offer; a kind adds its own behind them, and a
page those that depend on what it shows already (`engine.decision.page`). A guard looks at the parts of a
candidate, whatever form it has, so a new guard is one function and one entry at the end of a list; an app of
your own calls `GUARDS.register`. Guards decide what is shown, never what a quote charges.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.decision.restrain import held_reason
from engine.decision.strategies import STRATEGIES
from engine.snapshot.condition_sets import LAST_RESORT
from engine.snapshot.exclusions import FREE, NEVER
from engine.snapshot.records import OfferRecord

Situation = TypeVar("Situation")


class Guard(NamedTuple, Generic[Situation]):
    """A filter: `removes` tells whether a candidate must not be proposed, for the `reason` with this code.

    A guard of every candidate sees the context of the request, a guard of a page what the page shows.
    """

    reason: str
    removes: Callable[[Situation, OfferRecord, Candidate], bool]


class GuardList(Generic[Situation]):
    """Guards in the order in which they are asked.

    The `usual` ones come first: for most candidates, whoever asks has answered all of these in one step. The
    `others` are those that apps register.
    """

    def __init__(self, usual: Sequence[Guard[Situation]], others: Sequence[Guard[Situation]]) -> None:
        self._usual = tuple(usual)
        self.others = list(others)

    def __iter__(self) -> Iterator[Guard[Situation]]:
        yield from self._usual
        yield from self.others

    def register(self, guard: Guard[Situation]) -> None:
        """Ask one more guard about every candidate; raise ValueError if its reason is taken.

        Call it in `AppConfig.ready()` of your app, so that every process asks the guard.
        """
        if any(known.reason == guard.reason for known in self):
            raise ValueError(f"There is a guard with the reason {guard.reason!r} already.")
        self.others.append(guard)

    def first_reason(
        self, situation: Situation, offer: OfferRecord, candidate: Candidate, *, passes_usual: bool
    ) -> str | None:
        """Return the reason of the first guard that removes the candidate, None if all let it pass."""
        if not passes_usual:
            for reason, removes in self._usual:
                if removes(situation, offer, candidate):
                    return reason
        for reason, removes in self.others:
            if removes(situation, offer, candidate):
                return reason
        return None


def is_hidden(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether a part is not for sale."""
    del offer
    hidden = context.snapshot.products.is_hidden
    return any(hidden[product] for product, _units in candidate.sold_parts)


def is_out_of_stock(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether there are too few units of a part, including gifts."""
    del offer
    stock = context.snapshot.products.stock
    return any(0 <= stock[product] < units for product, units in candidate.parts)


def is_excluded(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the request excludes a part, including gifts."""
    del offer
    return any(product in context.excluded for product, _units in candidate.parts)


def is_in_other_currency(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether a part is sold in another currency than the offer's."""
    currency = context.snapshot.products.currency
    return any(currency[product] != offer.currency for product, _units in candidate.sold_parts)


def is_context_product(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether a single product is the product of the page."""
    del offer
    return candidate.is_single and candidate.product == context.page_product


def is_in_cart(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether a single product is already in the cart."""
    del offer
    return candidate.is_single and candidate.product in context.cart


def is_ruled_out(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether a merchandiser excluded a part here, including gifts."""
    del offer
    levels = context.excluded_here
    if levels is None:
        return False
    if candidate.items is None and candidate.change is None:
        level = levels[candidate.product]
    else:
        level = max([levels[product] for product, _units in candidate.parts], default=FREE)
    return level != FREE and (level == NEVER or not is_picked(context, candidate))


def is_restricted(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether a part, including gifts, needs an attribute that the customer does not have."""
    del offer
    lacking = context.lacking
    if not lacking:
        return False
    set_of = context.snapshot.restrictions.set_of
    if candidate.items is None and candidate.change is None:
        return set_of[candidate.product] in lacking
    return any(set_of[product] in lacking for product, _units in candidate.parts)


def is_fill_in(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the placement does not want a product that the statistics chose in this way."""
    del offer
    placement = context.placement
    if placement is None or placement.fill_ins == "all":
        return False
    if placement.fill_ins == "no_last_resort":
        return candidate.strategy == LAST_RESORT
    return not is_picked(context, candidate)


def is_unusual(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the statistics chose a product for a shopper who is shown business as usual."""
    del offer
    return context.request.assignment.is_picked_only and not is_picked(context, candidate)


def is_picked(context: Context, candidate: Candidate) -> bool:
    """Tell whether a merchandiser chose the products: by hand, by a relation or by the rule of the offer."""
    if candidate.change is not None:
        return not candidate.change.learned
    strategy = STRATEGIES.get(candidate.strategy)
    return strategy is None or strategy.is_picked(context, candidate)


GUARDS: Final = GuardList[Context](
    # The guards of a single product. Do not add one here: `first_reason` answers them in one step.
    usual=(
        Guard("hidden", is_hidden),
        Guard("out_of_stock", is_out_of_stock),
        Guard("excluded", is_excluded),
        Guard("other_currency", is_in_other_currency),
        Guard("is_context_product", is_context_product),
        Guard("in_cart", is_in_cart),
        Guard("ruled_out", is_ruled_out),
        Guard("restricted", is_restricted),
        Guard("fill_in", is_fill_in),
        Guard("business_as_usual", is_unusual),
    ),
    others=(
        # Add your guard here.
    ),
)


def first_reason(
    context: Context, offer: OfferRecord, candidate: Candidate, guards_of_kind: Sequence[Guard[Context]]
) -> str | None:
    """Return the first guard's reason to remove the candidate, then why it is held back; None if neither.

    Most candidates are single products that can be sold, which one look at the snapshot's sets can tell.
    """
    can_be_sold = (
        candidate.items is None
        and candidate.change is None
        and context.snapshot.products.sold_in[candidate.product] == offer.currency
        and candidate.product not in context.barred
        and (candidate.quantity == 1 or not is_out_of_stock(context, offer, candidate))
    )
    if can_be_sold and context.has_exclusions:
        excluded = _excluded_here(context, offer, candidate)
        if excluded is not None:
            return excluded
    reason = None
    if GUARDS.others or not can_be_sold:
        reason = GUARDS.first_reason(context, offer, candidate, passes_usual=can_be_sold)
    if reason is None:
        for own_reason, removes in guards_of_kind:
            if removes(context, offer, candidate):
                return own_reason
    restraint = context.restraint
    if reason is None and (
        restraint.categories or (not can_be_sold and (restraint.products or restraint.alone))
    ):
        return held_reason(
            restraint,
            candidate,
            units_of=context.has_units,
            chain_of=context.categories_above,
        )
    return reason


def _excluded_here(context: Context, offer: OfferRecord, candidate: Candidate) -> str | None:
    """Return why the placement or the shop leaves out a single product, None if it does not."""
    levels, product = context.excluded_here, candidate.product
    if levels is not None and levels[product] != FREE and is_ruled_out(context, offer, candidate):
        return "ruled_out"
    if context.lacking and context.snapshot.restrictions.set_of[product] in context.lacking:
        return "restricted"
    if is_fill_in(context, offer, candidate):
        return "fill_in"
    return "business_as_usual" if is_unusual(context, offer, candidate) else None
