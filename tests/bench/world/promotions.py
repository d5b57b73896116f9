"""Products, carts and live offers for pricing: every kind, most of them for a few products."""

import random
from collections.abc import Sequence

from engine.pricing import (
    Benefit,
    Cart,
    PricingBundle,
    PricingCartLine,
    PricingOffer,
    PricingProduct,
    Purchase,
    Selector,
    Terms,
    Tier,
    Tiers,
)
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.bundle import BundleTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.pricing.kinds.upgrade import UpgradeTerms

PRODUCT_COUNT = 100_000
ROOTS, BRANCHES, LEAVES = 20, 300, 3_000
# A shop has a few offers on everything; as the number grows, most are targeted.
ON_EVERYTHING = 6
CATEGORY_RATE = 0.35
KINDS = ("cross_sell", "quantity", "bundle", "buy_get", "upgrade", "threshold", "subscription", "add_on")
WEIGHTS = (30, 20, 12, 10, 12, 6, 5, 5)


def make_products(seed: int = 1) -> list[PricingProduct]:
    """Return products with primary keys from 1, each in a leaf of a tree of three levels."""
    rng = random.Random(seed)  # noqa: S311 (no secret: the same shop each time)
    return [_product(number, rng) for number in range(1, PRODUCT_COUNT + 1)]


def make_cart(products: Sequence[PricingProduct], line_count: int, seed: int) -> Cart:
    """Return a cart of distinct products with few units each."""
    rng = random.Random(seed)  # noqa: S311 (no secret: the same shop each time)
    lines = (
        PricingCartLine(product, rng.choice((1, 1, 1, 2, 3))) for product in rng.sample(products, line_count)
    )
    return Cart(tuple(lines))


def make_offers(products: Sequence[PricingProduct], count: int, seed: int = 2) -> list[PricingOffer]:
    """Return `count` offers; a longer list starts with the shorter ones."""
    rng = random.Random(seed)  # noqa: S311 (no secret: the same shop each time)
    return [_offer(products, number, rng) for number in range(1, count + 1)]


def _product(number: int, rng: random.Random) -> PricingProduct:
    leaf = rng.randrange(LEAVES)
    branch = leaf % BRANCHES
    chain = (1 + ROOTS + BRANCHES + leaf, 1 + ROOTS + branch, 1 + branch % ROOTS)
    price = rng.randrange(100, 20_000)
    return PricingProduct(number, price, chain, 1000, price * 6 // 10)


def _offer(products: Sequence[PricingProduct], number: int, rng: random.Random) -> PricingOffer:
    if number <= ON_EVERYTHING:
        terms: Terms = ThresholdTerms("spend", number * 2500, benefit=Benefit("percent", 100 * number))
        return PricingOffer(id=number, terms=terms, lane="cart")
    terms = _terms(rng.choices(KINDS, WEIGHTS)[0], products, rng)
    lanes: dict[type[Terms], str] = {BundleTerms: "bundle", ThresholdTerms: "cart"}
    lane = lanes.get(type(terms), "line")
    purchase: Purchase = "subscription" if isinstance(terms, SubscriptionTerms) else "one_time"
    return PricingOffer(id=number, terms=terms, lane=lane, purchase=purchase, priority=rng.randrange(3))


def _terms(kind: str, products: Sequence[PricingProduct], rng: random.Random) -> Terms:
    """Return terms of the kind for a few products or categories."""
    aim, benefit = _aim(products, rng), Benefit("percent", rng.randrange(5, 30) * 100)
    some = frozenset(product.id for product in rng.sample(products, 3))
    match kind:
        case "quantity":
            tiers = Tiers((Tier(2, benefit), Tier(3, Benefit("percent", benefit.value + 500))))
            return QuantityTerms(aim, tiers, rng.choice(("product", "set")))
        case "bundle":
            return BundleTerms((PricingBundle(tuple((product, 1) for product in sorted(some)), benefit),))
        case "buy_get":
            return BuyGetTerms(aim, 2, aim, 1, Benefit("percent", 10_000))
        case "upgrade":
            return UpgradeTerms(aim, some, benefit)
        case "threshold":
            return ThresholdTerms("spend", rng.randrange(1000, 30_000), aim, benefit=benefit)
        case "subscription":
            return SubscriptionTerms(aim, benefit)
        case "add_on":
            return AddOnTerms(aim, some)
        case _:
            return CrossSellTerms(aim, benefit, trigger=_aim(products, rng))


def _aim(products: Sequence[PricingProduct], rng: random.Random) -> Selector:
    """Return one to eleven products, or one to three categories, few of them near the root."""
    if rng.random() >= CATEGORY_RATE:
        return Selector(frozenset(product.id for product in rng.sample(products, rng.randrange(1, 12))))
    levels = ((1, ROOTS), (1 + ROOTS, BRANCHES), (1 + ROOTS + BRANCHES, LEAVES))
    first, count = rng.choices(levels, (2, 18, 80))[0]
    return Selector(categories=frozenset(first + rng.randrange(count) for _ in range(rng.randrange(1, 4))))
