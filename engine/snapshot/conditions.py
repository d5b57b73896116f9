"""The conditions of all offers, read from a snapshot: sets of offers, one bit per offer in asking order.

A set is an integer, so a handful of ANDs and ORs answers which offers apply, however many there are. The sets
only make it fast: each says what the condition objects of its offers say (`engine.conditions`).
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Final, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from engine.conditions import (
    CONDITIONS,
    AnyCondition,
    Circumstances,
    Condition,
    MinimumSubtotal,
    Schedule,
    Trigger,
    UsageLimits,
)
from engine.conditions.circumstances import Used
from engine.conditions.limits import UNUSED
from engine.conditions.required import REQUIRED
from engine.snapshot import layout
from engine.snapshot.columns import EVERY_OFFER, Blobs, Masks, Views
from engine.snapshot.tree_sets import Leaves, TreeIndex

# Beyond this many remembered answers, memory matters more than the few microseconds to redo one.
_REMEMBERED: Final = 1024

_WORD: Final = (1 << 64) - 1

_decoder: Final = msgspec.msgpack.Decoder(AnyCondition)


class MappedCircumstances(Circumstances, frozen=True):
    """Circumstances that also name products, categories and currencies as the snapshot does: by row and code.

    `category_rows` are the products' own categories, without those above them.
    """

    product_rows: Sequence[int] = ()
    category_rows: Sequence[int] = ()
    subtotals_by_code: Mapping[int, int] = {}


class ConditionIndex(Protocol):
    """One kind of condition, of all offers; `is_empty` if none has it."""

    is_empty: bool

    def met(self, circumstances: MappedCircumstances) -> int:
        """Return the offers whose condition of this kind holds, and those that have none."""


class GroupedIndex:
    """Any kind of condition: its distinct objects, each with the offers that have it.

    What they answer is remembered by the facts that they depend on.
    """

    def __init__(self, views: Views, kind: type[Condition]) -> None:
        self._facts = kind.facts
        self._objects, self._masks = Blobs(views, f"{kind.name}.objects"), Masks(views, f"mask.{kind.name}")
        self.is_empty = not len(self._masks)
        self._conditions: list[Condition] | None = None
        self._remembered: dict[Hashable, int] = {}

    def met(self, circumstances: MappedCircumstances) -> int:
        """Return the offers whose condition holds, and those that have none."""
        if self.is_empty:
            return EVERY_OFFER
        facts = self._facts(circumstances)
        mask = self._remembered.get(facts)
        if mask is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            mask = self._remembered[facts] = self._work_out(circumstances)
        return mask

    def _work_out(self, circumstances: Circumstances) -> int:
        """Ask each distinct condition once."""
        if self._conditions is None:
            self._conditions = [_decoder.decode(self._objects[row]) for row in range(len(self._masks))]
        unmet = 0
        for row, condition in enumerate(self._conditions):
            if not condition.holds(circumstances):
                unmet |= self._masks[row]
        return ~unmet


class ScheduleIndex:
    """The periods as two columns of numbers: there may be as many as there are offers."""

    def __init__(self, views: Views) -> None:
        self._starts = np.asarray(views["offer.starts_at"])
        self._ends = np.asarray(views["offer.ends_at"])
        self.is_empty = bool(np.all((self._starts == layout.ALWAYS) & (self._ends == layout.FOREVER)))
        self._boundaries = np.unique(np.concatenate([self._starts, self._ends])).tolist()
        self._remembered: tuple[int, int] | None = None

    def met(self, circumstances: MappedCircumstances) -> int:
        """Return the offers whose period is running; remembered until one begins or ends."""
        at = min(max(circumstances.at, layout.ALWAYS), layout.FOREVER - 1)
        stretch = bisect_right(self._boundaries, at)
        remembered = self._remembered
        if remembered is None or remembered[0] != stretch:
            remembered = stretch, _bits_of((self._starts <= at) & (at < self._ends))
            self._remembered = remembered
        return remembered[1]


class TriggerIndex:
    """The sets of offers by the product or the category that triggers them."""

    is_empty = False

    def __init__(self, views: Views) -> None:
        self._untriggered = Masks(views, "mask.untriggered")[0]
        self._product_row, self._product_masks = views["mask.product.row"], Masks(views, "mask.product")
        self._category_row, self._category_masks = views["mask.category.row"], Masks(views, "mask.category")
        self._by_category: dict[int, int] = {}
        self._category_of: memoryview[int] = views["product.category"]

    def met(self, circumstances: MappedCircumstances) -> int:
        """Return the offers without a trigger, and those triggered by a product or its category."""
        mask = self._untriggered
        for product in circumstances.product_rows:
            mask |= self.triggered_by(product)
        return mask

    def named_products(self) -> frozenset[int]:
        """Return the products that trigger an offer themselves, not only by their category."""
        return frozenset(np.flatnonzero(np.asarray(self._product_row) != layout.NO_MASK).tolist())

    def triggered_by(self, product: int) -> int:
        """Return the offers that a product or its category triggers."""
        category, row = self._category_of[product], self._product_row[product]
        mask = 0 if category < 0 else self._of_category(category)
        return mask if row == layout.NO_MASK else mask | self._product_masks[row]

    def _of_category(self, category: int) -> int:
        """Return the offers that the category or one above it triggers."""
        mask = self._by_category.get(category)
        if mask is None:
            row = self._category_row[category]
            mask = self._by_category[category] = 0 if row == layout.NO_MASK else self._category_masks[row]
        return mask


class SubtotalIndex:
    """The smallest carts as a column of numbers: there may be as many as there are offers."""

    def __init__(self, views: Views) -> None:
        self._minimum = np.asarray(views["offer.min_subtotal"])
        self._currency = np.asarray(views["offer.min_subtotal_currency"])
        self.is_empty = bool(np.all(self._minimum == layout.NO_MINIMUM))
        self._without_minimum = _bits_of(self._minimum == layout.NO_MINIMUM)
        self._minima = self._distinct_minima()
        self._remembered: dict[tuple[int, int], int] = {}

    def met(self, circumstances: MappedCircumstances) -> int:
        """Return the offers whose smallest cart value is reached."""
        mask = self._without_minimum
        for currency, minima in self._minima.items():
            reached = bisect_right(minima, circumstances.subtotals_by_code.get(currency, 0))
            if reached:
                mask |= self._reached(currency, reached)
        return mask

    def _distinct_minima(self) -> dict[int, list[int]]:
        """Return for each currency the smallest cart values that offers name, ascending."""
        has_minimum = self._minimum != layout.NO_MINIMUM
        return {
            currency: np.unique(self._minimum[has_minimum & (self._currency == currency)]).tolist()
            for currency in np.unique(self._currency[has_minimum]).tolist()
        }

    def _reached(self, currency: int, reached: int) -> int:
        """Return the offers of the currency that ask for one of the `reached` smallest values."""
        mask = self._remembered.get((currency, reached))
        if mask is None:
            largest, minimum = self._minima[currency][reached - 1], self._minimum
            has_minimum = minimum != layout.NO_MINIMUM
            mask = _bits_of((self._currency == currency) & has_minimum & (minimum <= largest))
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[currency, reached] = mask
        return mask


class LimitsIndex:
    """The limits: few offers have any. What all have used is compared once for each state of the counters."""

    def __init__(self, views: Views) -> None:
        objects, self._masks = Blobs(views, "limits.objects"), Masks(views, "mask.limits")
        self._limits = [_decoder.decode(objects[row]) for row in range(len(self._masks))]
        self.is_empty = not self._limits
        self._places = {limits.offer: place for place, limits in enumerate(self._limits)}
        self._need_customer = 0
        for place, limits in enumerate(self._limits):
            if limits.needs_customer:
                self._need_customer |= self._masks[place]
        self._remembered: tuple[Mapping[int, Used], int] | None = None

    def met(self, circumstances: MappedCircumstances) -> int:
        """Return the offers of which something is left for this shopper, and those without limits."""
        if self.is_empty:
            return EVERY_OFFER
        remembered = self._remembered
        if remembered is None or remembered[0] is not circumstances.used:
            remembered = self._remembered = circumstances.used, self._left(circumstances.used)
        mask = remembered[1]
        if not circumstances.is_known:
            mask &= ~self._need_customer
        for offer, own_uses in circumstances.own_uses.items():
            place = self._places.get(offer)
            if place is not None:
                limits = self._limits[place]
                if not limits.allows(circumstances.used.get(offer, UNUSED), own_uses):
                    mask &= ~self._masks[place]
        return mask

    def limits_of(self, offer: int) -> UsageLimits | None:
        """Return the limits of an offer, by its primary key."""
        place = self._places.get(offer)
        return None if place is None else self._limits[place]

    def has_budget(self, offer: int) -> bool:
        """Tell whether the offer, by its primary key, has a budget, which a discount may exceed."""
        limits = self.limits_of(offer)
        return limits is not None and limits.budget_minor is not None

    def _left(self, used: Mapping[int, Used]) -> int:
        """Return the offers of which something is left for a customer who has not used them."""
        unmet = 0
        for place, limits in enumerate(self._limits):
            if not limits.allows(used.get(limits.offer, UNUSED), 0):
                unmet |= self._masks[place]
        return ~unmet


# The conditions with columns of their own; all others are grouped by equal objects.
SPECIAL: Final = (Schedule, Trigger, MinimumSubtotal, *REQUIRED.values())
GROUPED: Final = tuple(kind for kind in CONDITIONS if kind not in SPECIAL)


class Conditions:
    """The sets of offers of one snapshot, read from its columns."""

    def __init__(self, views: Views) -> None:
        self.placement = Masks(views, "mask.placement")
        currency = Masks(views, "mask.currency")
        self.by_currency = [currency[code] for code in range(len(currency))]
        self.last_resort = Masks(views, "mask.last_resort")[0]
        self.replenishing = Masks(views, "mask.replenishing")[0]
        self.on_ladder = Masks(views, "mask.on_ladder")[0]
        self.indexes: dict[type[Condition], ConditionIndex] = {}
        # Those of the kinds that some offer has: for the others, all offers meet them.
        self.in_use: dict[type[Condition], ConditionIndex] = {}
        # Whether any condition has to be told the products and the value of the cart by name.
        self.names_cart = False
        self.limits, self.triggers = LimitsIndex(views), TriggerIndex(views)
        self.leaves = Leaves(views)
        offer_count = len(views["offer.starts_at"])
        self.trees: Mapping[type[Condition], TreeIndex] = {
            kind: TreeIndex(views, kind, self.leaves, offer_count) for kind in REQUIRED.values()
        }
        own: Mapping[type[Condition], ConditionIndex] = {
            Schedule: ScheduleIndex(views),
            Trigger: self.triggers,
            MinimumSubtotal: SubtotalIndex(views),
            UsageLimits: self.limits,
            **self.trees,
        }
        for kind in CONDITIONS:
            if kind in own:
                self.indexes[kind] = own[kind]
            else:
                grouped = self.indexes[kind] = GroupedIndex(views, kind)
                self.names_cart |= kind.subject == "cart" and not grouped.is_empty
            if not self.indexes[kind].is_empty:
                self.in_use[kind] = self.indexes[kind]


def each_bit(mask: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, ascending; cheap even where few of many are."""
    base = 0
    while mask:
        gap = (mask & -mask).bit_length() - 1
        mask >>= gap
        base += gap
        word = mask & _WORD
        while word:
            lowest = word & -word
            yield base + lowest.bit_length() - 1
            word ^= lowest
        mask >>= 64
        base += 64


def _bits_of(is_member: npt.NDArray[np.bool_]) -> int:
    """Return the set of the offers for which the array, shape (offers,), is true."""
    return int.from_bytes(np.packbits(is_member, bitorder="little").tobytes(), "little")
