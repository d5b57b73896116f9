"""The conditions of all offers, compiled into sets of offers: one bit per offer, in the order of asking.

A set is an integer, so a handful of ANDs and ORs answers which offers apply, however many there are. The sets
only make it fast: each says what the condition objects of its offers say (`engine.conditions`).
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
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
)
from engine.snapshot import layout
from engine.snapshot.columns import Blobs, Columns, Masks, Views, pack_blobs, pack_lists, pack_masks
from engine.snapshot.data import Offer, SnapshotData

EVERY_OFFER: Final = -1  # all bits, without end
# The strategy that has something to propose whatever the request.
LAST_RESORT: Final = "popular"
# Beyond this many remembered answers, memory matters more than the few microseconds to redo one.
_REMEMBERED: Final = 1024

Bits = Sequence[int]
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(AnyCondition)


class MappedCircumstances(Circumstances, frozen=True):
    """Circumstances that also name products, categories and currencies as the snapshot does: by row and code.

    `category_rows` are the products' own categories, without those above them.
    """

    product_rows: Sequence[int] = ()
    category_rows: Sequence[int] = ()
    subtotals_by_code: Mapping[int, int] = {}


class ConditionIndex(Protocol):
    """One kind of condition, of all offers."""

    def met(self, circumstances: MappedCircumstances) -> int:
        """Return the offers whose condition of this kind holds, and those that have none."""


def compile_conditions(data: SnapshotData, offers: Sequence[Offer], code_of: Mapping[str, int]) -> Columns:
    """Return the sets of offers, each offer being the bit of its row in `offers`."""
    chains = category_chains(data.category_parent.tolist())
    columns = {
        **pack_masks("mask.placement", _group(offers, len(data.placements), lambda o: o.placements)),
        **pack_masks("mask.currency", _group(offers, len(code_of), lambda o: (code_of[o.currency],))),
        **pack_masks(
            "mask.last_resort", [[bit for bit, o in enumerate(offers) if LAST_RESORT in o.strategies]]
        ),
        **pack_lists("category.chain", chains),
        **_pack_schedule([offer.condition(Schedule) for offer in offers]),
        **_pack_trigger([offer.condition(Trigger) for offer in offers], data, chains),
        **_pack_subtotal([offer.condition(MinimumSubtotal) for offer in offers], code_of),
    }
    for kind in GROUPED:
        columns |= _pack_grouped(kind.name, [offer.condition(kind) for offer in offers])
    return columns


def category_chains(parents: Sequence[int]) -> list[list[int]]:
    """Return for each category the way up from itself to its root; a circle ends where it closes."""
    chains = []
    for category in range(len(parents)):
        chain, step = [], category
        while step >= 0 and step not in chain:
            chain.append(step)
            step = parents[step]
        chains.append(chain)
    return chains


class Conditions:
    """The sets of offers of one snapshot, read from its columns."""

    def __init__(self, views: Views) -> None:
        self.placement = Masks(views, "mask.placement")
        currency = Masks(views, "mask.currency")
        self.by_currency = [currency[code] for code in range(len(currency))]
        self.last_resort = Masks(views, "mask.last_resort")[0]
        self.indexes: dict[type[Condition], ConditionIndex] = {}
        # Whether any condition has to be told the products and the value of the cart by name.
        self.names_cart = False
        for kind in CONDITIONS:
            if kind in SPECIAL:
                self.indexes[kind] = SPECIAL[kind](views)
            else:
                grouped = self.indexes[kind] = GroupedIndex(views, kind)
                self.names_cart |= kind.subject == "cart" and not grouped.is_empty


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

    def __init__(self, views: Views) -> None:
        self._untriggered = Masks(views, "mask.untriggered")[0]
        self._product_row, self._product_masks = views["mask.product.row"], Masks(views, "mask.product")
        self._category_row, self._category_masks = views["mask.category.row"], Masks(views, "mask.category")
        self._by_category: dict[int, int] = {}

    def met(self, circumstances: MappedCircumstances) -> int:
        """Return the offers without a trigger, and those triggered by a product or its category."""
        mask = self._untriggered
        for product in circumstances.product_rows:
            row = self._product_row[product]
            if row != layout.NO_MASK:
                mask |= self._product_masks[row]
        for category in circumstances.category_rows:
            mask |= self._of_category(category)
        return mask

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


# The conditions with an index of their own.
SPECIAL: Final[Mapping[type[Condition], Callable[[Views], ConditionIndex]]] = {
    Schedule: ScheduleIndex,
    Trigger: TriggerIndex,
    MinimumSubtotal: SubtotalIndex,
}
GROUPED: Final = tuple(kind for kind in CONDITIONS if kind not in SPECIAL)


def _pack_grouped(name: str, conditions: Sequence[Condition | None]) -> Columns:
    """Pack the distinct conditions, each with the offers that have it."""
    groups: dict[Condition, list[int]] = {}
    for bit, condition in enumerate(conditions):
        if condition is not None:
            groups.setdefault(condition, []).append(bit)
    return {
        **pack_masks(f"mask.{name}", list(groups.values())),
        **pack_blobs(f"{name}.objects", [_encoder.encode(condition) for condition in groups]),
    }


def _pack_schedule(schedules: Sequence[Schedule | None]) -> Columns:
    starts = [None if one is None else one.starts_at for one in schedules]
    ends = [None if one is None else one.ends_at for one in schedules]
    return {
        "offer.starts_at": _numbers(starts, layout.ALWAYS),
        "offer.ends_at": _numbers(ends, layout.FOREVER),
    }


def _pack_trigger(
    triggers: Sequence[Trigger | None], data: SnapshotData, chains: Sequence[Sequence[int]]
) -> Columns:
    """Pack the offers by what triggers them; a product or category that is gone triggers nothing."""
    product_rows = _rows_by_pk(data.products.pk.tolist())
    category_rows = _rows_by_pk(data.category_pks())
    by_product = _named([() if one is None else one.products for one in triggers], product_rows)
    by_category = _named([() if one is None else one.categories for one in triggers], category_rows)
    with_parents = {
        row: sorted({bit for step in chain for bit in by_category.get(step, ())})
        for row, chain in enumerate(chains)
    }
    return {
        **pack_masks("mask.untriggered", [[bit for bit, one in enumerate(triggers) if one is None]]),
        **_pack_rows("mask.product", by_product, len(data.products)),
        **_pack_rows("mask.category", with_parents, len(chains)),
    }


def _pack_subtotal(minima: Sequence[MinimumSubtotal | None], code_of: Mapping[str, int]) -> Columns:
    """Pack the smallest cart values; nothing is ever sold in a currency that the snapshot does not know."""
    currencies = [NO_CURRENCY if one is None else code_of.get(one.currency, NO_CURRENCY) for one in minima]
    return {
        "offer.min_subtotal": _numbers(
            [None if one is None else max(one.minor, 0) for one in minima], layout.NO_MINIMUM
        ),
        "offer.min_subtotal_currency": np.array(currencies, np.int32),
    }


NO_CURRENCY: Final = -1


def _rows_by_pk(pks: Iterable[int]) -> dict[int, int]:
    return {pk: row for row, pk in enumerate(pks)}


def _group(offers: Sequence[Offer], count: int, rows_of: Callable[[Offer], Iterable[int]]) -> list[Bits]:
    """Return for each of `count` rows the bits of the offers that name it."""
    named = _named([rows_of(offer) for offer in offers], _rows_by_pk(range(count)))
    return [named.get(row, ()) for row in range(count)]


def _named(keys: Sequence[Iterable[int]], row_of: Mapping[int, int]) -> dict[int, list[int]]:
    """Return each row that is named with the bits that name it, ascending; unknown keys are left out."""
    groups: dict[int, list[int]] = {}
    for bit, ours in enumerate(keys):
        for key in ours:
            row = row_of.get(key)
            if row is not None:
                groups.setdefault(row, []).append(bit)
    return groups


def _pack_rows(name: str, groups: Mapping[int, Bits], count: int) -> Columns:
    """Pack only the sets that hold an offer; `name.row` finds a row's set, NO_MASK where there is none."""
    used = sorted(row for row, bits in groups.items() if bits)
    row_of = np.full(count, layout.NO_MASK, np.int32)
    row_of[used] = np.arange(len(used), dtype=np.int32)
    return {f"{name}.row": row_of, **pack_masks(name, [groups[row] for row in used])}


def _numbers(values: Sequence[int | None], missing: int) -> npt.NDArray[np.int64]:
    """Return the values, with a number in place of None."""
    return np.fromiter((missing if value is None else value for value in values), np.int64, len(values))


def _bits_of(is_member: npt.NDArray[np.bool_]) -> int:
    """Return the set of the offers for which the array, shape (offers,), is true."""
    return int.from_bytes(np.packbits(is_member, bitorder="little").tobytes(), "little")
