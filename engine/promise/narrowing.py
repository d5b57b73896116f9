"""Cut an offer's terms to what they say about one cart: a quote need not keep the catalogue.

An upgrade may lead to thousands of products, a bundle offer hold every bundle of the shop. Of these
only the cart's own can ever matter to the cart, or to what is left of it after a return.
"""

from msgspec.structs import replace

from engine.pricing import (
    AddOnTerms,
    BundleTerms,
    BuyGetTerms,
    Cart,
    CrossSellTerms,
    Offer,
    QuantityTerms,
    Selector,
    SubscriptionTerms,
    Terms,
    ThresholdTerms,
    UpgradeTerms,
)

# No row has this primary key. A selector that names nothing would select everything.
_NOBODY = frozenset([0])


def products_of(cart: Cart) -> frozenset[int]:
    """Return all products that the cart holds or came to hold, options included."""
    held = {line.product.id for line in cart.lines}
    held |= {option.product.id for line in cart.lines for option in line.options}
    return frozenset(held | {taken.product.id for taken in cart.accepted})


def narrowed(offer: Offer, products: frozenset[int]) -> Offer:
    """Return the offer as it is to a cart of these products; its price is the same."""
    return replace(offer, terms=_narrowed(offer.terms, products))


def _narrowed(terms: Terms, products: frozenset[int]) -> Terms:
    def cut(selector: Selector) -> Selector:
        # Categories stay: a quantity discount counts by those it names.
        ours = selector.products & products
        return replace(selector, products=ours or (_NOBODY if selector.products else ours))

    match terms:
        case UpgradeTerms():
            return replace(terms, replaces=cut(terms.replaces), products=terms.products & products or _NOBODY)
        case CrossSellTerms(trigger=trigger):
            return replace(terms, target=cut(terms.target), trigger=None if trigger is None else cut(trigger))
        case BundleTerms():
            whole = [one for one in terms.bundles if products.issuperset(part for part, _ in one.parts)]
            # Without any bundle it would look at everything.
            return replace(terms, bundles=tuple(whole) or terms.bundles[:1])
        case QuantityTerms() | SubscriptionTerms():
            return replace(terms, products=cut(terms.products))
        case AddOnTerms():
            return replace(terms, parents=cut(terms.parents), options=terms.options & products or _NOBODY)
        case ThresholdTerms(target=target):
            return replace(terms, counted=cut(terms.counted), target=None if target is None else cut(target))
        case BuyGetTerms():
            return replace(terms, buy=cut(terms.buy), get=cut(terms.get))
