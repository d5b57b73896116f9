"""What everything costs: exact integer arithmetic over minor units, no clock, no database.

`price_cart` prices a whole cart; the others are what it is made of, and what it takes and answers.
"""

from engine.pricing.allocation import allocate
from engine.pricing.answer import Outcome, PricedCart, PricedLine, Status, UnitPrice
from engine.pricing.benefit import LIST_PRICE, Benefit, BenefitKind, PriceBase, percent_of, price_with
from engine.pricing.bundle import Bundle, BundleLine, BundlePrice, price_bundle
from engine.pricing.cart import Acceptance, Cart, CartLine, Option, Product
from engine.pricing.claim import Gift, Missing
from engine.pricing.floors import floor_price
from engine.pricing.index import OfferIndex
from engine.pricing.lines import Purchase
from engine.pricing.offer import Offer, Terms
from engine.pricing.price import price_cart
from engine.pricing.rules import Lane, LaneMode, Rules
from engine.pricing.selector import EVERYTHING, Selector
from engine.pricing.tiers import Tier, TierFault, Tiers, UnitOrder, find_tier_fault, tiered_total

__all__ = [
    "EVERYTHING",
    "LIST_PRICE",
    "Acceptance",
    "Benefit",
    "BenefitKind",
    "Bundle",
    "BundleLine",
    "BundlePrice",
    "Cart",
    "CartLine",
    "Gift",
    "Lane",
    "LaneMode",
    "Missing",
    "Offer",
    "OfferIndex",
    "Option",
    "Outcome",
    "PriceBase",
    "PricedCart",
    "PricedLine",
    "Product",
    "Purchase",
    "Rules",
    "Selector",
    "Status",
    "Terms",
    "Tier",
    "TierFault",
    "Tiers",
    "UnitOrder",
    "UnitPrice",
    "allocate",
    "find_tier_fault",
    "floor_price",
    "percent_of",
    "price_bundle",
    "price_cart",
    "price_with",
    "tiered_total",
]
