"""The pages of what is proposed and what came of it; the pages of the kinds are in their own apps."""

from offers.admin.bundle import BundleAdmin
from offers.admin.event import EventAdmin
from offers.admin.generation import GenerationAdmin, PopularProductsAdmin
from offers.admin.lane import LaneAdmin
from offers.admin.override import PartnerOverrideAdmin
from offers.admin.placement import PlacementAdmin
from offers.admin.product_facts import ProductFactsAdmin
from offers.admin.recommendation import ProductPartnersAdmin

__all__ = [
    "BundleAdmin",
    "EventAdmin",
    "GenerationAdmin",
    "LaneAdmin",
    "PartnerOverrideAdmin",
    "PlacementAdmin",
    "PopularProductsAdmin",
    "ProductFactsAdmin",
    "ProductPartnersAdmin",
]
