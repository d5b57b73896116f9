"""What conditions are asked about: the moment, the shopper, the page and the cart."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from engine.conditions.goods import NO_GOODS, Goods, ShownOn
from engine.conditions.shopper import ShopperFacts


class Used(Struct, frozen=True):
    """What was used of an offer's limits by all customers, reservations included."""

    uses: int = 0
    spent_minor: int = 0


class Circumstances(Struct, frozen=True):
    """All that a condition may look at; ids are primary keys.

    `at` is in seconds since 1970-01-01 UTC. `products` are those of the page and the cart, `categories`
    theirs with all categories above them. `subtotals` are the cart's list prices by currency, in minor units.
    `codes` are normalised, `code_batches` the batches of the generated codes that were entered. `accepted`
    are the offers that the shopper accepted, None while they are only being proposed. `used` holds what is
    known of the offers' counters; an offer without an entry counts as unused.
    `cart` is what the cart holds, without the page's product. `page` is where the offer is shown, None where
    a cart is priced. `shopper` is None where the shopper is not known. `currencies` are those of the cart, or
    else of the page's product. `context` holds the shop's own values by name. Days and hours are those of
    the shop's time zone, `zone` in the IANA database. `arms` are those of the shopper by the code of the
    experiment.
    """

    at: int
    is_known: bool = False
    products: Collection[int] = ()
    categories: Collection[int] = ()
    subtotals: Mapping[str, int] = {}
    codes: frozenset[str] = frozenset()
    code_batches: frozenset[int] = frozenset()
    accepted: frozenset[int] | None = None
    used: Mapping[int, Used] = {}
    own_uses: Mapping[int, int] = {}
    cart: Goods = NO_GOODS
    page: ShownOn | None = None
    shopper: ShopperFacts | None = None
    locale: str = ""
    country: str = ""
    currencies: frozenset[str] = frozenset()
    context: Mapping[str, str] = {}
    zone: str = "UTC"
    arms: Mapping[str, str] = {}
