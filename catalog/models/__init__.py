"""What can be sold."""

from catalog.models.benefit import BenefitColumns, BenefitKind, benefit_constraint
from catalog.models.bundle import Bundle, BundleItem
from catalog.models.category import Category
from catalog.models.ladder import UpgradeLadder, UpgradeTier
from catalog.models.product import PriceChange, Product, default_currency
from catalog.models.relation import ProductRelation, RelationKind
from catalog.models.revision import Revision

__all__ = [
    "BenefitColumns",
    "BenefitKind",
    "Bundle",
    "BundleItem",
    "Category",
    "PriceChange",
    "Product",
    "ProductRelation",
    "RelationKind",
    "Revision",
    "UpgradeLadder",
    "UpgradeTier",
    "benefit_constraint",
    "default_currency",
]
