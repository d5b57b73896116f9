"""One page for each kind of offer."""

from offers.admin.kinds.add_on import AddOnAdmin
from offers.admin.kinds.bundle import BundleOfferAdmin
from offers.admin.kinds.buy_get import BuyGetAdmin
from offers.admin.kinds.cross_sell import CrossSellAdmin
from offers.admin.kinds.quantity import QuantityAdmin
from offers.admin.kinds.subscription import SubscriptionAdmin
from offers.admin.kinds.threshold import ThresholdAdmin
from offers.admin.kinds.upgrade import UpgradeAdmin

__all__ = [
    "AddOnAdmin",
    "BundleOfferAdmin",
    "BuyGetAdmin",
    "CrossSellAdmin",
    "QuantityAdmin",
    "SubscriptionAdmin",
    "ThresholdAdmin",
    "UpgradeAdmin",
]
