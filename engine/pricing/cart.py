"""A cart to price: its lines with the facts of the catalogue, and what the shopper accepted."""

from collections.abc import Mapping

from msgspec import Struct


class PricingProduct(Struct, frozen=True, gc=False):
    """The catalogue's facts about a product, amounts in minor units.

    `categories` is its own category first, then every one above it. `tax_basis_points` is its tax
    rate (1000 is 10%). `cost_minor` is net of tax and None where it is not known.
    """

    id: int
    list_minor: int
    categories: tuple[int, ...] = ()
    tax_basis_points: int = 0
    cost_minor: int | None = None


class Option(Struct, frozen=True, gc=False):
    """An option on each unit of its line: `quantity` ≥ 1 a unit, at the option product's own price."""

    product: PricingProduct
    quantity: int = 1


class PricingCartLine(Struct, frozen=True, gc=False):
    """Units of one product, `quantity` ≥ 1, each with these options.

    `interval_days` 0 is a one-time purchase; more is a subscription, of which delivery number `cycle` ≥ 1 is
    priced.
    """

    product: PricingProduct
    quantity: int = 1
    interval_days: int = 0
    cycle: int = 1
    options: tuple[Option, ...] = ()


class Acceptance(Struct, frozen=True, gc=False):
    """A proposal that the shopper accepted: `quantity` units of `product`.

    In an exchange they take the place of as many units of `replaces`; of the options on these, the products
    in `keeps` remain, the others are dropped. Otherwise they replace nothing and are in the cart as lines,
    like any other product.
    """

    offer: int
    product: PricingProduct
    replaces: int | None = None
    quantity: int = 1
    keeps: frozenset[int] = frozenset()


class Cart(Struct, frozen=True):
    """A cart in one currency; its prices include tax or do not.

    `exhausted` are the offers whose usage limit or budget is used up. `barred` are those that this shopper
    may not have, with the reason. `sold_out_gifts` are those whose gift is not in stock. The caller looks all
    of them up: pricing has no database.
    """

    lines: tuple[PricingCartLine, ...]
    currency: str = "JPY"
    tax_included: bool = True
    accepted: tuple[Acceptance, ...] = ()
    exhausted: frozenset[int] = frozenset()
    barred: Mapping[int, str] = {}
    sold_out_gifts: frozenset[int] = frozenset()
