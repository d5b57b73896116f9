"""What each kind of offer looks at and gives."""

from functools import cached_property
from typing import Literal

from msgspec import Struct

from engine.pricing.benefit import LIST_PRICE, Benefit
from engine.pricing.cart import Product
from engine.pricing.tiers import Tiers, UnitOrder

Counting = Literal["product", "set", "category"]
Measure = Literal["spend", "quantity"]
ThresholdBase = Literal["lane_entry", "running"]


class Selector(Struct, frozen=True):
    """The products an offer looks at: those named and those in a named category; none named, all."""

    products: frozenset[int] = frozenset()
    categories: frozenset[int] = frozenset()

    def sees(self, product: Product) -> bool:
        """Tell whether the product is among those selected."""
        if not self.products and not self.categories:
            return True
        return product.id in self.products or not self.categories.isdisjoint(product.categories)


EVERYTHING = Selector()


class Gift(Struct, frozen=True):
    """A product given free as a line of its own, `quantity` ≥ 1."""

    product: Product
    quantity: int = 1


class UpgradeTerms(Struct, frozen=True, tag="upgrade"):
    """Instead of one of `replaces` take one of `products`, at the benefit. It must be accepted."""

    replaces: Selector
    products: frozenset[int]
    benefit: Benefit = LIST_PRICE


class CrossSellTerms(Struct, frozen=True, tag="cross_sell"):
    """The benefit on `target` while the cart holds `trigger_count` other units of `trigger`.

    Without a trigger the benefit always holds. `max_units` of the target get it (None: all), the
    cheapest first. `by_acceptance` the target is what the shopper accepted, as many units of each product
    as were accepted; where nobody accepted anything, the offer is not even looked at.
    """

    target: Selector
    benefit: Benefit = LIST_PRICE
    trigger: Selector | None = None
    trigger_count: int = 1
    max_units: int | None = None
    by_acceptance: bool = False


class Bundle(Struct, frozen=True):
    """`parts` (product, quantity ≥ 1, each product once) together at the benefit."""

    parts: tuple[tuple[int, int], ...]
    benefit: Benefit


class BundleTerms(Struct, frozen=True, tag="bundle", dict=True):
    """Bundles at their benefits, together up to `max_times`; a unit belongs to one of them.

    The bundle that saves most is taken as often as the cart holds it, then the next on what is left.
    """

    bundles: tuple[Bundle, ...]
    max_times: int | None = None

    @cached_property
    def holders(self) -> dict[int, list[int]]:
        """Return by product the places of the bundles that it belongs to."""
        holders: dict[int, list[int]] = {}
        for place, bundle in enumerate(self.bundles):
            for product, _ in bundle.parts:
                holders.setdefault(product, []).append(place)
        return holders


class QuantityTerms(Struct, frozen=True, tag="quantity"):
    """Buy more, pay less each.

    Units are counted by product, over the whole selection, or for each of the selection's categories
    (where it names none: each product's own). Where their prices differ, the deeper tiers fall on the
    cheaper or on the dearer units.
    """

    products: Selector
    tiers: Tiers
    counting: Counting = "product"
    order: UnitOrder = "cheapest_first"


class SubscriptionTerms(Struct, frozen=True, tag="subscription"):
    """`intro` for the first `intro_cycles` deliveries, then `recurring`; `intervals` empty: every one."""

    products: Selector
    recurring: Benefit
    intro: Benefit = LIST_PRICE
    intro_cycles: int = 0
    intervals: frozenset[int] = frozenset()


class AddOnTerms(Struct, frozen=True, tag="add_on"):
    """Options on `parents`: `min_count` to `max_count` a unit, the cheapest `included_count` of them free."""

    parents: Selector
    options: frozenset[int]
    min_count: int = 0
    max_count: int | None = None
    included_count: int = 0
    benefit: Benefit = LIST_PRICE


class ThresholdTerms(Struct, frozen=True, tag="threshold"):
    """From `at_least` (minor units or units of `counted`) on: a benefit on `target`, a gift, free shipping.

    A percentage is taken off each unit, an amount off the target as a whole. `target` None is what is
    counted. Spend is measured at the prices with which the lane began, or at the running ones.
    """

    measure: Measure
    at_least: int
    counted: Selector = EVERYTHING
    target: Selector | None = None
    benefit: Benefit = LIST_PRICE
    gift: Gift | None = None
    free_shipping: bool = False
    base: ThresholdBase = "lane_entry"


class BuyGetTerms(Struct, frozen=True, tag="buy_get"):
    """For every `buy_count` units of `buy`, `get_count` units of `get` at the benefit, up to `max_times`."""

    buy: Selector
    buy_count: int
    get: Selector
    get_count: int
    benefit: Benefit
    max_times: int | None = None
    order: UnitOrder = "cheapest_first"


Terms = (
    UpgradeTerms
    | CrossSellTerms
    | BundleTerms
    | QuantityTerms
    | SubscriptionTerms
    | AddOnTerms
    | ThresholdTerms
    | BuyGetTerms
)


# Looks at nothing: the role is filled with the lines of what was accepted.
ACCEPTED = None


def selectors_of(terms: Terms) -> tuple[Selector | None, ...]:
    """Return what the terms look at, one selector a role; the rules read their lines by role."""
    match terms:
        case UpgradeTerms():
            return (terms.replaces, ACCEPTED)
        case CrossSellTerms():
            target = ACCEPTED if terms.by_acceptance else terms.target
            return (target, terms.trigger) if terms.trigger is not None else (target,)
        case BundleTerms():
            return (Selector(frozenset(terms.holders)),)
        case QuantityTerms() | SubscriptionTerms():
            return (terms.products,)
        case AddOnTerms():
            return (terms.parents,)
        case ThresholdTerms():
            return (terms.counted, terms.counted if terms.target is None else terms.target)
        case BuyGetTerms():
            return (terms.buy, terms.get)
