"""Guard: hard filters that no offer can switch off. Each removal has a reason code.

One list of guards holds for every candidate of every kind of offer; a kind adds its own behind them. A guard
looks at the parts of a candidate, whatever form it has, so a new guard is one function and one entry at the
end of `GUARDS`; an app of your own calls `register_guard`. Guards decide what is shown, never what a quote
charges.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from engine.decision.candidate import Candidate
from engine.decision.context import Context
from engine.snapshot.records import OfferRecord


class Guard(NamedTuple):
    """A filter: `removes` tells whether a candidate must not be proposed, for the `reason` with this code."""

    reason: str
    removes: Callable[[Context, OfferRecord, Candidate], bool]


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


def is_declined(context: Context, offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the customer declined the same products, or a part that would be added to page and cart.

    A part that is there already does not bring a declined product back.
    """
    del offer
    declined = context.declined
    if not declined:
        return False
    if frozenset([product for product, _units in candidate.parts]) in declined:
        return True
    return any(
        frozenset((product,)) in declined
        and units > context.cart.get(product, int(product == context.page_product))
        for product, units in candidate.parts
    )


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


# The guards of a single product, in the order in which they are asked. Do not add one here: `first_reason`
# answers all of these in one step for most candidates. Add it to `GUARDS`.
_SALE_GUARDS: Final = (
    Guard("hidden", is_hidden),
    Guard("out_of_stock", is_out_of_stock),
    Guard("excluded", is_excluded),
    Guard("declined_product", is_declined),
    Guard("other_currency", is_in_other_currency),
    Guard("is_context_product", is_context_product),
    Guard("in_cart", is_in_cart),
)
_SALE_GUARD_COUNT: Final = len(_SALE_GUARDS)
# All guards, in the order in which they are asked.
GUARDS: list[Guard] = [
    *_SALE_GUARDS,
    # Add your guard here.
]


def register_guard(guard: Guard) -> None:
    """Ask one more guard about every candidate of every kind; raise ValueError if its reason is taken.

    Call it in `AppConfig.ready()` of your app, so that every process asks the guard.
    """
    if any(known.reason == guard.reason for known in GUARDS):
        raise ValueError(f"There is a guard with the reason {guard.reason!r} already.")
    GUARDS.append(guard)


def first_reason(
    context: Context, offer: OfferRecord, candidate: Candidate, guards_of_kind: Sequence[Guard]
) -> str | None:
    """Return the reason of the first guard that removes the candidate, None if all let it pass.

    Most candidates are single products that can be sold: one step answers `_SALE_GUARDS` for them.
    """
    if (
        candidate.items is None
        and candidate.change is None
        and context.snapshot.products.sold_in[candidate.product] == offer.currency
        and candidate.product not in context.barred
        and (candidate.quantity == 1 or not is_out_of_stock(context, offer, candidate))
    ):
        guards = GUARDS[_SALE_GUARD_COUNT:]
    else:
        guards = GUARDS
    if guards or guards_of_kind:
        for reason, removes in (*guards, *guards_of_kind):
            if removes(context, offer, candidate):
                return reason
    return None
