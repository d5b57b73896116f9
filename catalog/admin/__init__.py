"""The catalogue's pages. Bundles, which need prices, stand with the offers."""

from catalog.admin.category import CategoryAdmin
from catalog.admin.ladder import UpgradeLadderAdmin
from catalog.admin.price import PriceChangeAdmin
from catalog.admin.product import ProductAdmin
from catalog.admin.relation import ProductRelationAdmin

__all__ = ["CategoryAdmin", "PriceChangeAdmin", "ProductAdmin", "ProductRelationAdmin", "UpgradeLadderAdmin"]
