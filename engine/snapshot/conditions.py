"""When an offer applies: each value a condition can have is one set of offers, one bit an offer.

A set is an integer, so a request's conditions are met by a handful of ANDs and ORs, however many
offers there are. Bits run in the order in which offers are asked.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from engine.snapshot import layout
from engine.snapshot.columns import Columns, Masks, Views, pack_lists, pack_masks
from engine.snapshot.data import UNKNOWN, Offer, SnapshotData

EVERY_OFFER = -1  # all bits, without end
# The strategy that has something to propose whatever the request.
LAST_RESORT = "popular"
# Beyond this many remembered cart values, memory matters more than the few microseconds to redo one.
_REMEMBERED = 1024

Bits = Sequence[int]


def compile_conditions(data: SnapshotData, offers: Sequence[Offer], code_of: Mapping[str, int]) -> Columns:
    """Return the sets of offers, each offer being the bit of its row in `offers`.

    Periods and cart values stay numbers: they may have as many values as there are offers.
    """
    chains = category_chains(data.category_parent.tolist())
    by_category = _group(offers, len(chains), lambda offer: offer.trigger_categories)
    with_parents = [sorted({bit for step in chain for bit in by_category[step]}) for chain in chains]
    by_product = _named(offers, lambda offer: offer.trigger_products)
    untriggered = [bit for bit, o in enumerate(offers) if not o.trigger_products and not o.trigger_categories]
    return {
        **pack_masks("mask.placement", _group(offers, len(data.placements), lambda o: o.placements)),
        **pack_masks("mask.currency", _group(offers, len(code_of), lambda o: (code_of[o.currency],))),
        **pack_masks("mask.audience", _group(offers, 3, lambda o: (layout.AUDIENCES.index(o.audience),))),
        **pack_masks("mask.active", [[bit for bit, offer in enumerate(offers) if offer.is_active]]),
        **pack_masks("mask.needs_code", [[bit for bit, o in enumerate(offers) if o.priced.gate.needs_code]]),
        **pack_masks("mask.untriggered", [untriggered]),
        **pack_masks(
            "mask.last_resort", [[bit for bit, o in enumerate(offers) if LAST_RESORT in o.strategies]]
        ),
        **_pack_rows("mask.product", by_product, len(data.products)),
        **_pack_rows("mask.category", dict(enumerate(with_parents)), len(chains)),
        **pack_lists("category.chain", chains),
        "offer.starts_at": _numbers([offer.starts_at for offer in offers], layout.ALWAYS),
        "offer.ends_at": _numbers([offer.ends_at for offer in offers], layout.FOREVER),
        "offer.min_subtotal": _numbers([offer.min_subtotal_minor for offer in offers], layout.NO_MINIMUM),
    }


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


def _group(offers: Sequence[Offer], count: int, values_of: Callable[[Offer], Sequence[int]]) -> list[Bits]:
    """Return for each of `count` values the bits of the offers that name it."""
    named = _named(offers, values_of)
    return [named.get(value, ()) for value in range(count)]


def _named(offers: Sequence[Offer], values_of: Callable[[Offer], Sequence[int]]) -> dict[int, list[int]]:
    """Return the values that an offer names, each with the bits of the offers that do."""
    groups: dict[int, list[int]] = {}
    for bit, offer in enumerate(offers):
        for value in values_of(offer):
            if value != UNKNOWN:
                groups.setdefault(value, []).append(bit)
    return groups


def _pack_rows(name: str, groups: Mapping[int, Bits], count: int) -> Columns:
    """Pack only the sets that hold an offer; `name.row` finds a value's set, NO_MASK where none."""
    used = sorted(value for value, bits in groups.items() if bits)
    row_of = np.full(count, layout.NO_MASK, np.int32)
    row_of[used] = np.arange(len(used), dtype=np.int32)
    return {f"{name}.row": row_of, **pack_masks(name, [groups[value] for value in used])}


def _numbers(values: Sequence[int | None], missing: int) -> npt.NDArray[np.int64]:
    """Return the values, with a number in place of None."""
    return np.fromiter((missing if value is None else value for value in values), np.int64, len(values))


def _bits_of(is_member: npt.NDArray[np.bool_]) -> int:
    """Return the set of the offers for which the array, shape (offers,), is true."""
    return int.from_bytes(np.packbits(is_member, bitorder="little").tobytes(), "little")


class Conditions:
    """The sets of offers of one snapshot, read from its columns.

    What depends on the moment or the cart's value is worked out once and remembered until another
    moment or value gives another set.
    """

    def __init__(self, views: Views) -> None:
        self.placement = Masks(views, "mask.placement")
        currency = Masks(views, "mask.currency")
        self.by_currency = [currency[code] for code in range(len(currency))]
        self.active = Masks(views, "mask.active")[0]
        self.without_code = ~Masks(views, "mask.needs_code")[0]
        audience = Masks(views, "mask.audience")
        everyone, known, anonymous = audience[0], audience[1], audience[2]
        self.for_known, self.for_anonymous = everyone | known, everyone | anonymous
        self.last_resort = Masks(views, "mask.last_resort")[0]
        self._untriggered = Masks(views, "mask.untriggered")[0]
        self._product_row, self._product_masks = views["mask.product.row"], Masks(views, "mask.product")
        self._category_row, self._category_masks = views["mask.category.row"], Masks(views, "mask.category")
        self._by_category: dict[int, int] = {}
        self._starts = np.asarray(views["offer.starts_at"])
        self._ends = np.asarray(views["offer.ends_at"])
        self._boundaries = np.unique(np.concatenate([self._starts, self._ends])).tolist()
        self._scheduled: tuple[int, int] | None = None
        self._minimum = np.asarray(views["offer.min_subtotal"])
        self._currency_of = np.asarray(views["offer.currency"])
        self._without_minimum = _bits_of(self._minimum < 0)
        self._minima = self._distinct_minima()
        self._affordable: dict[tuple[int, int], int] = {}

    def scheduled_at(self, at: int) -> int:
        """Return the offers whose period starts_at ≤ at < ends_at holds."""
        at = min(max(at, layout.ALWAYS), layout.FOREVER - 1)
        stretch = bisect_right(self._boundaries, at)
        remembered = self._scheduled
        if remembered is None or remembered[0] != stretch:
            remembered = stretch, _bits_of((self._starts <= at) & (at < self._ends))
            self._scheduled = remembered
        return remembered[1]

    def triggered_by(self, products: Sequence[int], categories: Sequence[int]) -> int:
        """Return the offers without a trigger, and those triggered by a product or its category."""
        mask = self._untriggered
        for product in products:
            row = self._product_row[product]
            if row != layout.NO_MASK:
                mask |= self._product_masks[row]
        for category in categories:
            mask |= self._of_category(category)
        return mask

    def from_subtotal(self, subtotals: Mapping[int, int]) -> int:
        """Return the offers whose least cart value is reached, given the value in each currency."""
        mask = self._without_minimum
        for currency, minima in self._minima.items():
            reached = bisect_right(minima, subtotals.get(currency, 0))
            if reached:
                mask |= self._reached(currency, reached)
        return mask

    def _of_category(self, category: int) -> int:
        """Return the offers that the category or one above it triggers."""
        mask = self._by_category.get(category)
        if mask is None:
            row = self._category_row[category]
            mask = self._by_category[category] = 0 if row == layout.NO_MASK else self._category_masks[row]
        return mask

    def _distinct_minima(self) -> dict[int, list[int]]:
        """Return for each currency the least cart values that offers name, ascending."""
        has_minimum = self._minimum >= 0
        return {
            currency: np.unique(self._minimum[has_minimum & (self._currency_of == currency)]).tolist()
            for currency in np.unique(self._currency_of[has_minimum]).tolist()
        }

    def _reached(self, currency: int, reached: int) -> int:
        """Return the offers of the currency that ask for one of the `reached` smallest values."""
        mask = self._affordable.get((currency, reached))
        if mask is None:
            largest = self._minima[currency][reached - 1]
            minimum = self._minimum
            mask = _bits_of((self._currency_of == currency) & (minimum >= 0) & (minimum <= largest))
            if len(self._affordable) >= _REMEMBERED:
                self._affordable.clear()
            self._affordable[currency, reached] = mask
        return mask
