"""What everything costs: exact integer arithmetic over minor units, no clock, no database.

`price_cart` prices a whole cart; the others are what it is made of, and what it takes and answers.
"""

from engine.pricing.allocation import allocate
from engine.pricing.answer import PricedCart, PricedLine, PricingOutcome, Status, UnitPrice
from engine.pricing.benefit import LIST_PRICE, Benefit, BenefitKind, PriceBase, percent_of, price_with
from engine.pricing.bundle import BundleLine, BundlePrice, PricingBundle, price_bundle
from engine.pricing.cart import Acceptance, Cart, Option, PricingCartLine, PricingProduct
from engine.pricing.claim import Gift, Missing
from engine.pricing.floors import floor_price
from engine.pricing.index import OfferIndex
from engine.pricing.lines import Purchase
from engine.pricing.offer import PricingOffer, Terms
from engine.pricing.price import PricedUnits, price_cart, price_units
from engine.pricing.rules import LaneMode, PricingLane, RoundingMode, Rules
from engine.pricing.selector import EVERYTHING, NOTHING, Selector
from engine.pricing.tax import TaxRule
from engine.pricing.tiers import Tier, TierFault, Tiers, UnitOrder, find_tier_fault, tiered_total

__all__ = [
    "EVERYTHING",
    "LIST_PRICE",
    "NOTHING",
    "Acceptance",
    "Benefit",
    "BenefitKind",
    "BundleLine",
    "BundlePrice",
    "Cart",
    "Gift",
    "LaneMode",
    "Missing",
    "OfferIndex",
    "Option",
    "PriceBase",
    "PricedCart",
    "PricedLine",
    "PricedUnits",
    "PricingBundle",
    "PricingCartLine",
    "PricingLane",
    "PricingOffer",
    "PricingOutcome",
    "PricingProduct",
    "Purchase",
    "RoundingMode",
    "Rules",
    "Selector",
    "Status",
    "TaxRule",
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
    "price_units",
    "price_with",
    "tiered_total",
]
