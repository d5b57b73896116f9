"""The admin of the catalogue. Bundles need prices, so their page is in `offers.admin`."""

from catalog.admin.category import CategoryAdmin
from catalog.admin.ladder import UpgradeLadderAdmin
from catalog.admin.price import PriceChangeAdmin
from catalog.admin.product import ProductAdmin
from catalog.admin.relation import ProductRelationAdmin

__all__ = ["CategoryAdmin", "PriceChangeAdmin", "ProductAdmin", "ProductRelationAdmin", "UpgradeLadderAdmin"]
