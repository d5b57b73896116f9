"""What each kind of offer claims on a board: one module a kind, one function each."""

from offers.pricing.board import Board
from offers.pricing.claim import Claim
from offers.pricing.index import Roles
from offers.pricing.kinds.add_on import claim_add_on
from offers.pricing.kinds.bundle import claim_bundle
from offers.pricing.kinds.buy_get import claim_buy_get
from offers.pricing.kinds.cross_sell import claim_cross_sell
from offers.pricing.kinds.quantity import claim_quantity
from offers.pricing.kinds.subscription import claim_subscription
from offers.pricing.kinds.threshold import claim_threshold
from offers.pricing.kinds.upgrade import claim_upgrade
from offers.pricing.lines import Lines
from offers.pricing.offer import Offer
from offers.pricing.terms import (
    AddOnTerms,
    BundleTerms,
    BuyGetTerms,
    CrossSellTerms,
    QuantityTerms,
    SubscriptionTerms,
    Terms,
    ThresholdTerms,
    UpgradeTerms,
)


def claim_of(offer: Offer, roles: Roles, lines: Lines, board: Board) -> Claim:
    """Return what the offer asks for, given the rows of each of its roles; the commonest kinds first."""
    terms = offer.terms
    match terms:
        case CrossSellTerms():
            accepted = lines.accepted.get(offer.id) if terms.by_acceptance else None
            return claim_cross_sell(terms, offer, roles, board, accepted)
        case QuantityTerms():
            return claim_quantity(terms, offer, roles, board)
        case ThresholdTerms():
            return claim_threshold(terms, offer, roles, board)
        case BundleTerms():
            return claim_bundle(terms, offer, roles, board)
        case BuyGetTerms():
            return claim_buy_get(terms, offer, roles, board)
        case SubscriptionTerms():
            return claim_subscription(terms, offer, roles, board)
        case UpgradeTerms():
            return claim_upgrade(terms, offer, roles, board, lines.accepted.get(offer.id))
        case AddOnTerms():
            return claim_add_on(terms, offer, roles, board, lines.options)


def rows_of(terms: Terms, roles: Roles, lines: Lines) -> set[int]:
    """Return the rows on which the claim depends: whatever happens to others leaves it as it is."""
    match terms:
        case CrossSellTerms() | QuantityTerms() | SubscriptionTerms():
            return set(roles[0])
        case UpgradeTerms():
            return set(roles[1])
        case AddOnTerms():
            return {option for parent in roles[0] for option in lines.options.get(parent, ())}
        case BundleTerms():
            return set(roles[0])
        case BuyGetTerms():
            return set().union(*roles)
        case ThresholdTerms():
            counted = roles[0] if terms.base == "running" else []
            return set(counted) if terms.benefit.kind == "none" else {*roles[1], *counted}
