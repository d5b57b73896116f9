"""The admin pages of offers, events and statistics; the pages of each kind are in its own app."""

from offers.admin.audience.page import AudienceAdmin
from offers.admin.bundle import BundleAdmin
from offers.admin.codes.page import CodeBatchAdmin
from offers.admin.context import ContextValueAdmin
from offers.admin.customer_attribute import CustomerAttributeAdmin
from offers.admin.event import EventAdmin
from offers.admin.exclusion import ProductExclusionAdmin
from offers.admin.generation import GenerationAdmin, PopularProductsAdmin
from offers.admin.lane import LaneAdmin
from offers.admin.override import PartnerOverrideAdmin
from offers.admin.placement import PlacementAdmin
from offers.admin.product_facts import ProductFactsAdmin
from offers.admin.recommendation import ProductPartnersAdmin
from offers.admin.restraint import QuietPeriodAdmin, RestraintCapAdmin, RestraintPolicyAdmin

__all__ = [
    "AudienceAdmin",
    "BundleAdmin",
    "CodeBatchAdmin",
    "ContextValueAdmin",
    "CustomerAttributeAdmin",
    "EventAdmin",
    "GenerationAdmin",
    "LaneAdmin",
    "PartnerOverrideAdmin",
    "PlacementAdmin",
    "PopularProductsAdmin",
    "ProductExclusionAdmin",
    "ProductFactsAdmin",
    "ProductPartnersAdmin",
    "QuietPeriodAdmin",
    "RestraintCapAdmin",
    "RestraintPolicyAdmin",
]
