"""All single conditions. A new one has a module of its own here and a place in `AnyLeaf`."""

from collections.abc import Mapping
from typing import Final, get_args

from engine.conditions.tree.leaf import Leaf
from engine.conditions.tree.leaves.answer import AnswerLeaf
from engine.conditions.tree.leaves.attribute import AttributeLeaf
from engine.conditions.tree.leaves.attribute_date import AttributeDateLeaf
from engine.conditions.tree.leaves.attribute_number import AttributeNumberLeaf
from engine.conditions.tree.leaves.audience import AudienceLeaf
from engine.conditions.tree.leaves.average_order import AverageOrderLeaf
from engine.conditions.tree.leaves.bought_category import BoughtCategoryLeaf
from engine.conditions.tree.leaves.bought_product import BoughtProductLeaf
from engine.conditions.tree.leaves.cart_attribute import CartAttributeLeaf
from engine.conditions.tree.leaves.cart_brand import CartBrandLeaf
from engine.conditions.tree.leaves.cart_category import CartCategoryLeaf
from engine.conditions.tree.leaves.cart_price import CartPriceLeaf
from engine.conditions.tree.leaves.cart_product import CartProductLeaf
from engine.conditions.tree.leaves.cart_products import CartProductsLeaf
from engine.conditions.tree.leaves.cart_units import CartUnitsLeaf
from engine.conditions.tree.leaves.cart_value import CartValueLeaf
from engine.conditions.tree.leaves.channel import ChannelLeaf
from engine.conditions.tree.leaves.context import ContextLeaf
from engine.conditions.tree.leaves.country import CountryLeaf
from engine.conditions.tree.leaves.currency import CurrencyLeaf
from engine.conditions.tree.leaves.dates import DatesLeaf
from engine.conditions.tree.leaves.due import DueLeaf
from engine.conditions.tree.leaves.expected_value import ExpectedValueLeaf
from engine.conditions.tree.leaves.first_order import FirstOrderLeaf
from engine.conditions.tree.leaves.gone import GoneLeaf
from engine.conditions.tree.leaves.holiday import HolidayLeaf
from engine.conditions.tree.leaves.hours import HoursLeaf
from engine.conditions.tree.leaves.known import KnownLeaf
from engine.conditions.tree.leaves.last_order import LastOrderLeaf
from engine.conditions.tree.leaves.locale import LocaleLeaf
from engine.conditions.tree.leaves.new_category import NewCategoryLeaf
from engine.conditions.tree.leaves.orders import OrdersLeaf
from engine.conditions.tree.leaves.page_attribute import PageAttributeLeaf
from engine.conditions.tree.leaves.page_brand import PageBrandLeaf
from engine.conditions.tree.leaves.page_category import PageCategoryLeaf
from engine.conditions.tree.leaves.page_price import PagePriceLeaf
from engine.conditions.tree.leaves.page_product import PageProductLeaf
from engine.conditions.tree.leaves.placement import PlacementLeaf
from engine.conditions.tree.leaves.segment import SegmentLeaf
from engine.conditions.tree.leaves.weekday import WeekdayLeaf

# In the order in which they are offered for choice.
AnyLeaf = (
    CartValueLeaf
    | CartUnitsLeaf
    | CartProductsLeaf
    | CartProductLeaf
    | CartCategoryLeaf
    | CartBrandLeaf
    | CartAttributeLeaf
    | CartPriceLeaf
    | PageProductLeaf
    | PageCategoryLeaf
    | PageBrandLeaf
    | PageAttributeLeaf
    | PagePriceLeaf
    | KnownLeaf
    | SegmentLeaf
    | AudienceLeaf
    | AttributeLeaf
    | AttributeNumberLeaf
    | AttributeDateLeaf
    | AnswerLeaf
    | OrdersLeaf
    | FirstOrderLeaf
    | LastOrderLeaf
    | AverageOrderLeaf
    | ExpectedValueLeaf
    | BoughtProductLeaf
    | BoughtCategoryLeaf
    | NewCategoryLeaf
    | DueLeaf
    | WeekdayLeaf
    | HoursLeaf
    | DatesLeaf
    | HolidayLeaf
    | PlacementLeaf
    | ChannelLeaf
    | LocaleLeaf
    | CountryLeaf
    | CurrencyLeaf
    | ContextLeaf
    | GoneLeaf
)
# Those that may be chosen, by the name of their type.
LEAVES: Final[Mapping[str, type[Leaf]]] = {
    leaf.type: leaf for leaf in get_args(AnyLeaf) if leaf is not GoneLeaf
}
