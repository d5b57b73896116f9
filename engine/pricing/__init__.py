"""What everything costs: exact integer arithmetic over minor units, no clock, no database.

`price_cart` prices a whole cart; the others are what it is made of, and what it takes and answers.
"""

from engine.pricing.allocation import allocate
from engine.pricing.answer import Outcome, PricedCart, PricedLine, Status, UnitPrice
from engine.pricing.benefit import LIST_PRICE, Benefit, BenefitKind, percent_of, price_with
from engine.pricing.bundle import BundleLine, BundlePrice, price_bundle
from engine.pricing.cart import Acceptance, Cart, CartLine, Option, Product
from engine.pricing.claim import Missing, floor_price
from engine.pricing.index import OfferIndex
from engine.pricing.kinds.subscription import subscription_prices
from engine.pricing.offer import Lane, LaneMode, Offer, Rules
from engine.pricing.price import price_cart
from engine.pricing.terms import (
    EVERYTHING,
    AddOnTerms,
    Bundle,
    BundleTerms,
    BuyGetTerms,
    CrossSellTerms,
    Gift,
    QuantityTerms,
    Selector,
    SubscriptionTerms,
    Terms,
    ThresholdTerms,
    UpgradeTerms,
)
from engine.pricing.tiers import Tier, TierFault, Tiers, UnitOrder, find_tier_fault, tiered_total

__all__ = [
    "EVERYTHING",
    "LIST_PRICE",
    "Acceptance",
    "AddOnTerms",
    "Benefit",
    "BenefitKind",
    "Bundle",
    "BundleLine",
    "BundlePrice",
    "BundleTerms",
    "BuyGetTerms",
    "Cart",
    "CartLine",
    "CrossSellTerms",
    "Gift",
    "Lane",
    "LaneMode",
    "Missing",
    "Offer",
    "OfferIndex",
    "Option",
    "Outcome",
    "PricedCart",
    "PricedLine",
    "Product",
    "QuantityTerms",
    "Rules",
    "Selector",
    "Status",
    "SubscriptionTerms",
    "Terms",
    "ThresholdTerms",
    "Tier",
    "TierFault",
    "Tiers",
    "UnitOrder",
    "UnitPrice",
    "UpgradeTerms",
    "allocate",
    "find_tier_fault",
    "floor_price",
    "percent_of",
    "price_bundle",
    "price_cart",
    "price_with",
    "subscription_prices",
    "tiered_total",
]
