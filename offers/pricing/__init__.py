"""What everything costs: exact integer arithmetic over minor units, no clock, no database."""

from offers.pricing.allocation import allocate
from offers.pricing.benefit import LIST_PRICE, Benefit, BenefitKind, percent_of, price_with
from offers.pricing.bundle import BundleLine, BundlePrice, price_bundle

__all__ = [
    "LIST_PRICE",
    "Benefit",
    "BenefitKind",
    "BundleLine",
    "BundlePrice",
    "allocate",
    "percent_of",
    "price_bundle",
    "price_with",
]
