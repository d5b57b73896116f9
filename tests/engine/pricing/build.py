"""Short words for carts and offers."""

from collections.abc import Iterable

from engine.pricing import (
    Benefit,
    Cart,
    LaneMode,
    OfferIndex,
    PricedCart,
    PricingCartLine,
    PricingLane,
    PricingOffer,
    PricingProduct,
    Rules,
    Selector,
    Terms,
    Tier,
    Tiers,
    price_cart,
)

FREE = Benefit("percent", 10_000)


def percent(points: int) -> Benefit:
    return Benefit("percent", points * 100)


def amount(minor: int) -> Benefit:
    return Benefit("amount", minor)


def fixed(minor: int) -> Benefit:
    return Benefit("fixed", minor)


def only(*products: int) -> Selector:
    return Selector(frozenset(products))


def within(*categories: int) -> Selector:
    return Selector(categories=frozenset(categories))


def tiers(**steps: int) -> Tiers:
    """Read `tiers(u2=10, u3=20)`: from 2 units 10 % off, from 3 units 20 %."""
    return Tiers(tuple(Tier(int(start[1:]), percent(points)) for start, points in steps.items()))


def offer(terms: Terms, *, number: int = 1, priority: int = 0, lane: str = "line") -> PricingOffer:
    return PricingOffer(id=number, terms=terms, priority=priority, lane=lane)


def goods(prices: dict[int, int], cart: dict[int, int]) -> tuple[PricingCartLine, ...]:
    """Return a line for each product and quantity of the cart, priced by the shelf."""
    return tuple(
        PricingCartLine(PricingProduct(product, prices[product]), units) for product, units in cart.items()
    )


def price(lines: Iterable[PricingCartLine], *offers: PricingOffer, rules: Rules | None = None) -> PricedCart:
    return price_cart(cart=Cart(tuple(lines)), offers=OfferIndex(offers), rules=rules or Rules())


def one_lane(mode: LaneMode) -> Rules:
    return Rules(lanes=(PricingLane("line", mode),))


def takes(priced: PricedCart) -> dict[int, int]:
    """Return what each applied offer saved, by id."""
    return {
        number: outcome.discount_minor
        for number, outcome in priced.outcomes.items()
        if outcome.status == "applied"
    }
