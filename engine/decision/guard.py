"""Step 4, guard: hard filters that no offer can switch off. Each removal has a reason code."""

from engine.decision.candidate import NOTHING, Candidate, Change
from engine.decision.comfort import is_above_comfort_band
from engine.decision.context import Context
from engine.pricing import price_with
from engine.snapshot.records import BundleRecord, OfferRecord

REASONS = (
    "hidden",
    "out_of_stock",
    "excluded",
    "other_currency",
    "nothing_to_replace",
    "price_not_higher",
    "step_too_high",
    "above_comfort_band",
    "is_context_product",
    "in_cart",
)


def first_guard(context: Context, offer: OfferRecord, candidate: Candidate) -> str | None:
    """Return the code of the first guard that removes the candidate, None where all let it pass."""
    if candidate.change is not None:
        return _change_guard(context, offer, candidate.change)
    if candidate.bundle is not None:
        return _bundle_guard(context, offer, candidate.bundle)
    if offer.kind == "upgrade":
        return _upgrade_guard(context, offer, candidate)
    product = candidate.product
    if context.snapshot.products.sold_in[product] == offer.currency and product not in context.barred:
        return None  # what the guards below would say one by one, and mostly do not have to
    return _product_guard(context, offer, product, 1) or _novelty_guard(context, product)


def _product_guard(context: Context, offer: OfferRecord, product: int, quantity: int) -> str | None:
    """Remove what cannot be sold now, not to this request, or not in the offer's currency."""
    products = context.snapshot.products
    if products.is_hidden[product]:
        return "hidden"
    if 0 <= products.stock[product] < quantity:
        return "out_of_stock"
    if product in context.excluded:
        return "excluded"
    if products.currency[product] != offer.currency:
        return "other_currency"
    return None


def _novelty_guard(context: Context, product: int) -> str | None:
    """Remove what the shopper looks at or has in the cart already."""
    if product == context.page_product:
        return "is_context_product"
    if product in context.cart:
        return "in_cart"
    return None


def _upgrade_guard(context: Context, offer: OfferRecord, candidate: Candidate) -> str | None:
    """Remove an upgrade that replaces nothing, is no step up in price, or one too high.

    It takes the place of all units of its cart line, so as many must be in stock. The step is one unit's.
    """
    replaced, product = candidate.replaces, candidate.product
    if replaced == NOTHING:
        return "nothing_to_replace"
    if reason := _product_guard(context, offer, product, candidate.quantity):
        return reason
    products = context.snapshot.products
    if products.currency[replaced] != products.currency[product]:
        return "other_currency"
    if products.price[product] <= products.price[replaced]:
        return "price_not_higher"
    return _step_guard(context, offer, candidate) or _novelty_guard(context, product)


def _step_guard(context: Context, offer: OfferRecord, candidate: Candidate) -> str | None:
    """Remove an upgrade that asks for more than the offer allows, or than the customer is used to paying."""
    customer = context.request.customer
    if offer.max_step_bp is None and (customer is None or not customer.comfort):
        return None
    prices, product = context.snapshot.products.price, candidate.product
    before_minor, after_minor = prices[candidate.replaces], price_with(offer.benefit, prices[product])
    if offer.max_step_bp is not None and after_minor * 10_000 > before_minor * (10_000 + offer.max_step_bp):
        return "step_too_high"
    if is_above_comfort_band(context, offer, product, after_minor):
        return "above_comfort_band"
    return None


def _bundle_guard(context: Context, offer: OfferRecord, bundle: BundleRecord) -> str | None:
    """Remove a bundle of which a part cannot be sold, and one that lies in the cart as a whole."""
    for product, quantity in bundle.items:
        if reason := _product_guard(context, offer, product, quantity):
            return reason
    if bundle.currency != offer.currency:
        return "other_currency"
    if all(context.cart.get(product, 0) >= quantity for product, quantity in bundle.items):
        return "in_cart"
    return None


def _change_guard(context: Context, offer: OfferRecord, change: Change) -> str | None:
    """Remove a change to something that cannot be sold; of what is given, enough must be in stock."""
    stock = context.snapshot.products.stock
    for product, quantity in change.parts:
        if change.given:
            if 0 <= stock[product] < quantity:
                return "out_of_stock"
        elif reason := _product_guard(context, offer, product, quantity):
            return reason
    return None
