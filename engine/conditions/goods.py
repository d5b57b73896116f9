"""Products as conditions see them: those of a cart, or the one of a page."""

from collections.abc import Collection, Mapping

from msgspec import Struct


class Goods(Struct, frozen=True):
    """What conditions may ask of some products; ids are primary keys.

    `units` maps each product to its quantity. `categories` are those of the products with all categories
    above them, `attributes` pairs of a name and a value as text. `prices` are the list prices of one unit by
    currency, in minor units.
    """

    units: Mapping[int, int] = {}
    categories: Collection[int] = ()
    brands: Collection[str] = ()
    attributes: Collection[tuple[str, str]] = ()
    prices: Mapping[str, Collection[int]] = {}


NO_GOODS = Goods()


class ShownOn(Struct, frozen=True):
    """Where an offer is shown.

    `goods` is the page's product, None where the page is about none, and `category` its own category.
    """

    goods: Goods | None = None
    category: int | None = None
    placement: str = ""
    channel: str = ""
