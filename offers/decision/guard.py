"""Step 4, guard: hard filters that no offer can switch off. Each removal has a reason code."""

from offers.decision.candidate import NOTHING, Candidate
from offers.decision.context import Context
from offers.snapshot.records import BundleRecord, OfferRecord

REASONS = (
    "hidden",
    "out_of_stock",
    "excluded",
    "other_currency",
    "nothing_to_replace",
    "price_not_higher",
    "is_context_product",
    "in_cart",
)


def first_guard(context: Context, offer: OfferRecord, candidate: Candidate) -> str | None:
    """Return the code of the first guard that removes the candidate, None where all let it pass."""
    products = context.snapshot.products
    for product, quantity in candidate.parts:
        if products.is_hidden[product]:
            return "hidden"
        if 0 <= products.stock[product] < _units_needed(context, offer, candidate, quantity):
            return "out_of_stock"
        if product in context.excluded:
            return "excluded"
        if products.currency[product] != offer.currency:
            return "other_currency"
    if candidate.bundle is not None:
        return _bundle_guard(context, offer, candidate.bundle)
    if offer.kind == "upgrade" and (reason := _upgrade_guard(context, candidate)):
        return reason
    if candidate.product == context.page_product:
        return "is_context_product"
    if candidate.product in context.cart:
        return "in_cart"
    return None


def _units_needed(context: Context, offer: OfferRecord, candidate: Candidate, quantity: int) -> int:
    """Return how many units must be in stock: an upgrade replaces all units of its cart line."""
    if offer.kind == "upgrade":
        return max(context.cart.get(candidate.replaces, 1), 1)
    return quantity


def _bundle_guard(context: Context, offer: OfferRecord, bundle: BundleRecord) -> str | None:
    """Remove a bundle in another currency, and one that already lies in the cart as a whole."""
    if bundle.currency != offer.currency:
        return "other_currency"
    if all(context.cart.get(product, 0) >= quantity for product, quantity in bundle.items):
        return "in_cart"
    return None


def _upgrade_guard(context: Context, candidate: Candidate) -> str | None:
    """Remove an upgrade that replaces nothing, or that is no step up in price."""
    products = context.snapshot.products
    replaced = candidate.replaces
    if replaced == NOTHING:
        return "nothing_to_replace"
    if products.currency[replaced] != products.currency[candidate.product]:
        return "other_currency"
    return "price_not_higher" if products.price[candidate.product] <= products.price[replaced] else None
