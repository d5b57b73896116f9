"""Sets of the active offers of a snapshot by what they do, whatever the cart; worked out once each."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from engine.conditions import (
    CONDITIONS,
    AcceptanceRequired,
    CartRequired,
    Circumstances,
    Condition,
    MinimumSubtotal,
    Trigger,
)
from engine.conditions.tree.leaf import Name
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.snapshot.columns import Views
from engine.snapshot.conditions import LimitsIndex, each_bit
from engine.snapshot.pricing import PricingTable
from engine.snapshot.records import OfferRecord

# What a cart may be asked besides its products' triggers.
ABOUT_CART: Final = tuple(kind for kind in CONDITIONS if kind.subject == "cart" and kind is not Trigger)


class OfferSets:
    """The active offers by what they do. A set is an integer, one bit per offer in asking order."""

    def __init__(self, views: Views, limits: LimitsIndex, pricing: PricingTable) -> None:
        self._limits, self._pricing = limits, pricing
        self._asked: dict[int, Sequence[Condition]] = {}
        self._product_pk, self._stock = views["product.pk"], views["product.stock"]

    @cached_property
    def keys(self) -> dict[int, int]:
        """Return the primary keys, by row, of the offers that are priced."""
        lanes = {lane.name for lane in self._pricing.timeless_rules.lanes}
        return {
            record.row: record.id
            for record in self._pricing.offers.values()
            if record.pricing is not None and record.pricing.lane in lanes
        }

    @cached_property
    def priced(self) -> int:
        """Return the offers that a cart can be priced by."""
        return self.bits_of(self.keys.values())

    @cached_property
    def idle(self) -> int:
        """Return the offers that change no price, neither of their own products nor of others."""
        offers = (one for one in self._pricing.index.offers if not one.terms.changes_prices)
        return self.bits_of(one.id for one in offers if one.id not in self._rivals_by_key)

    @cached_property
    def needs_one(self) -> int:
        """Return the offers for which one unit of the second role suffices."""
        return self.bits_of(
            one.id
            for one in self._pricing.index.offers
            if one.terms.only_counts_second and one.terms.needs_one_of_second
        )

    @cached_property
    def needs_two(self) -> int:
        """Return the offers that do nothing for a single unit: one is their trigger, another their target."""
        return self.bits_of(
            one.id
            for one in self._pricing.index.offers
            if isinstance(one.terms, CrossSellTerms)
            and one.terms.trigger is not None
            and not one.terms.by_acceptance
            and one.id not in self._rivals_by_key
        )

    @cached_property
    def measuring(self) -> int:
        """Return the offers of the first lane that may look at what units cost that others have taken."""
        first = {lane.name for lane in self._pricing.timeless_rules.lanes[:1]}
        return self.bits_of(
            one.id for one in self._pricing.index.offers if one.lane in first and not one.terms.ignores_taken
        )

    @cached_property
    def rivals(self) -> dict[int, int]:
        """Return by the row of an offer those that exclude it or want the same scarce gift."""
        records, rivals = self._pricing.offers, self._rivals_by_key
        return {
            records[offer].row: self.bits_of(others & records.keys())
            for offer, others in rivals.items()
            if offer in records
        }

    @cached_property
    def with_rivals(self) -> int:
        """Return the offers that have rivals."""
        mask = 0
        for row in self.rivals:
            mask |= 1 << row
        return mask

    @cached_property
    def capped(self) -> int:
        """Return the offers whose discount something may cut: its largest amount, a margin, or a budget."""
        has_budget = self._limits.has_budget
        return self.bits_of(
            one.id
            for one in self._pricing.index.offers
            if one.max_discount_minor is not None or one.margin_basis_points is not None or has_budget(one.id)
        )

    @cached_property
    def if_accepted(self) -> int:
        """Return the offers that apply only by acceptance."""
        return self._with(AcceptanceRequired)

    @cached_property
    def asking_cart(self) -> int:
        """Return the offers that depend on more of a cart than its products."""
        return self._with(*ABOUT_CART)

    @cached_property
    def asking_more(self) -> int:
        """Return the offers that depend on more of a cart than its products and its value."""
        return self._with(*(kind for kind in ABOUT_CART if kind is not MinimumSubtotal))

    @cached_property
    def closing(self) -> int:
        """Return the offers that a larger cart may close."""
        closing = self.closed_by_any
        for offers in self.closed_by.values():
            closing |= offers
        return closing

    @cached_property
    def closed_by_any(self) -> int:
        """Return the offers that a larger cart may close whatever it holds more."""
        return self.bits_of(record.id for record in self._pricing.offers.values() if _closers(record) is None)

    @cached_property
    def closed_by(self) -> dict[Name, int]:
        """Return by product and category the other offers that one more of it may close."""
        offers: dict[Name, list[int]] = {}
        for record in self._pricing.offers.values():
            for name in _closers(record) or ():
                offers.setdefault(name, []).append(record.id)
        return {name: self.bits_of(keys) for name, keys in offers.items()}

    @cached_property
    def open_without_trigger(self) -> int:
        """Return the offers without a trigger, and those whose terms say themselves what is missing of it."""
        return self.bits_of(
            record.id
            for record in self._pricing.offers.values()
            if (trigger := record.condition(Trigger)) is None or not record.bars(trigger)
        )

    @cached_property
    def finite(self) -> int:
        """Return the offers with a budget or a gift of which a cart may take more than is left."""
        with_budget = (one.id for one in self._pricing.index.offers if self._limits.has_budget(one.id))
        return self.bits_of([*with_budget, *(offer for offers in self._by_gift.values() for offer in offers)])

    @cached_property
    def gift_stock(self) -> dict[int, int | None]:
        """Return the stock of the products that offers give away, by primary key; None is not tracked."""
        gifts = {
            gift.product.id for one in self._pricing.index.offers if (gift := one.terms.gift) is not None
        }
        return {gift: self._stock_of(gift) for gift in gifts}

    @cached_property
    def _by_gift(self) -> dict[int, set[int]]:
        """Return the offers, by primary key, that give a product of which the stock is tracked."""
        offers: dict[int, set[int]] = {}
        for one in self._pricing.index.offers:
            gift = one.terms.gift
            if gift is not None and self.gift_stock[gift.product.id] is not None:
                offers.setdefault(gift.product.id, set()).add(one.id)
        return offers

    @cached_property
    def _rivals_by_key(self) -> dict[int, set[int]]:
        """Return by primary key the offers that exclude an offer or want the same scarce gift."""
        rivals = {offer: set(others) for offer, others in self._pricing.index.excludes.items()}
        for together in self._by_gift.values():
            for offer in together if len(together) > 1 else ():
                rivals[offer] = rivals.get(offer, set()) | together - {offer}
        return rivals

    def closed_to(self, offers: int, asked: Circumstances) -> int:
        """Return those of some active offers that a condition on the cart keeps from it."""
        closed = 0
        for row in each_bit(offers):
            if not all(one.holds(asked) for one in self._about_cart(row)):
                closed |= 1 << row
        return closed

    def _about_cart(self, row: int) -> Sequence[Condition]:
        """Return the conditions on the cart of the offer of a row, but its trigger."""
        found = self._asked.get(row)
        if found is None:
            conditions = self._pricing.offers[self.keys[row]].conditions
            found = self._asked[row] = [one for one in conditions if isinstance(one, ABOUT_CART)]
        return found

    def _stock_of(self, product: int) -> int | None:
        """Return the units in stock, by primary key; none of a product that is gone."""
        row = bisect_left(self._product_pk, product)
        if row == len(self._product_pk) or self._product_pk[row] != product:
            return 0
        return None if self._stock[row] < 0 else self._stock[row]

    def _with(self, *kinds: type[Condition]) -> int:
        """Return the offers that have a condition of one of these kinds."""
        records = self._pricing.offers.values()
        return self.bits_of(
            one.id for one in records if any(one.condition(kind) is not None for kind in kinds)
        )

    def bits_of(self, offers: Iterable[int]) -> int:
        """Return the set of the offers with these primary keys."""
        records, mask = self._pricing.offers, 0
        for offer in offers:
            mask |= 1 << records[offer].row
        return mask


def _closers(record: OfferRecord) -> frozenset[Name] | None:
    """Return the products and categories of which one more in a cart may close the offer, None if any may."""
    names: frozenset[Name] = frozenset()
    for one in record.conditions:
        if isinstance(one, ABOUT_CART) and not one.grows:
            here = one.closed_by if isinstance(one, CartRequired) else None
            if here is None:
                return None
            names |= here
    return names
