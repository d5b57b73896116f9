"""Compile the conditions of all offers into sets of offers: one bit per offer, in the order of asking."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from engine.conditions import Condition, MinimumSubtotal, Schedule, Trigger
from engine.snapshot import layout
from engine.snapshot.columns import Columns, pack_blobs, pack_lists, pack_masks
from engine.snapshot.conditions import GROUPED
from engine.snapshot.data import OfferData, SnapshotData
from engine.snapshot.tree_columns import pack_trees

# The strategy that has something to propose whatever the request.
LAST_RESORT: Final = "popular"
# The strategy that proposes the steps of ladders.
ON_LADDER: Final = "ladder"
REPLENISHING: Final = "replenishment"
NO_CURRENCY: Final = -1

Bits = Sequence[int]
_encoder: Final = msgspec.msgpack.Encoder()


def compile_conditions(
    data: SnapshotData, offers: Sequence[OfferData], code_of: Mapping[str, int]
) -> Columns:
    """Return the sets of offers, each offer being the bit of its row in `offers`."""
    chains = category_chains(data.category_parent.tolist())
    columns = {
        **pack_masks("mask.placement", _group(offers, len(data.placements), lambda o: o.placements)),
        **pack_masks("mask.currency", _group(offers, len(code_of), lambda o: (code_of[o.currency],))),
        **pack_masks("mask.last_resort", [_using(offers, LAST_RESORT)]),
        **pack_masks("mask.replenishing", [_using(offers, REPLENISHING)]),
        **pack_masks("mask.on_ladder", [_using(offers, ON_LADDER)]),
        **_pack_reserved(data, offers),
        **pack_lists("category.chain", chains),
        **_pack_schedule([offer.condition(Schedule) for offer in offers]),
        **_pack_trigger([offer.condition(Trigger) for offer in offers], data, chains),
        **pack_trees(offers),
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


def _using(offers: Sequence[OfferData], strategy: str) -> Bits:
    """Return the offers that use a strategy."""
    return [bit for bit, offer in enumerate(offers) if strategy in offer.strategies]


def _pack_reserved(data: SnapshotData, offers: Sequence[OfferData]) -> Columns:
    """Pack the reserved slots of all placements, in their order, each with the offers that may fill it."""
    slots = [sorted(one.reserved, key=lambda reserved: reserved.slot) for one in data.placements]
    masks = [
        [bit for bit, offer in enumerate(offers) if reserved.offer == offer.id or reserved.kind == offer.kind]
        for ours in slots
        for reserved in ours
    ]
    return {
        **pack_lists("placement.reserved", [[one.slot for one in ours] for ours in slots]),
        **pack_masks("mask.reserved", masks),
    }


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


def _rows_by_pk(pks: Iterable[int]) -> dict[int, int]:
    return {pk: row for row, pk in enumerate(pks)}


def _group(
    offers: Sequence[OfferData], count: int, rows_of: Callable[[OfferData], Iterable[int]]
) -> list[Bits]:
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
