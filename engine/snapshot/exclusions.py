"""Which products are not proposed where, and which only to customers who may buy them.

Both are arrays over the rows of products, so that a look costs the same however many exclusions there are.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.snapshot import layout
from engine.snapshot.columns import Columns, Lists, Texts, Views, pack_lists, pack_texts
from engine.snapshot.data import ExclusionData, RestrictionData

# How far a product is excluded: not at all, for the statistics, for everybody.
FREE: Final = 0
NOT_LEARNED: Final = 1
NEVER: Final = 2

Levels = npt.NDArray[np.uint8]


def pack_exclusions(exclusions: Sequence[ExclusionData], placement_count: int, product_count: int) -> Columns:
    """Pack the level of each product, once for all placements with the same exclusions.

    The row after the last placement's is that of a decision outside any placement, which only meets what
    holds everywhere.
    """
    tables: dict[bytes, int] = {}
    row_of = np.full(placement_count + 1, layout.NO_MASK, np.int32)
    for place in range(placement_count + 1):
        levels = _levels_in(exclusions, place, product_count)
        if levels.any():
            row_of[place] = tables.setdefault(levels.tobytes(), len(tables))
    return {"exclusion.row": row_of, "exclusion.level": np.frombuffer(b"".join(tables), np.uint8)}


def _levels_in(exclusions: Sequence[ExclusionData], place: int, product_count: int) -> Levels:
    """Return how far each product is excluded in a placement, shape (products,)."""
    levels = np.zeros(product_count, np.uint8)
    for one in exclusions:
        if one.placements is None or place in one.placements:
            level = np.uint8(NEVER if one.with_picked else NOT_LEARNED)
            np.maximum(levels, np.where(one.hits, level, np.uint8(FREE)), out=levels)
    return levels


def pack_restrictions(restrictions: Sequence[RestrictionData], product_count: int) -> Columns:
    """Pack for each product the number of its set of required attributes; 0 is the empty set."""
    sets: dict[tuple[int, ...], int] = {(): 0}
    number = np.zeros(product_count, np.uint32)
    if restrictions:
        hits = np.stack([one.hits for one in restrictions], axis=1)
        for row in np.flatnonzero(hits.any(axis=1)).tolist():
            required = tuple(np.flatnonzero(hits[row]).tolist())
            number[row] = sets.setdefault(required, len(sets))
    return {
        "restriction.set": number,
        **pack_lists("restriction.required", list(sets)),
        **pack_texts("restriction.attribute", [one.attribute for one in restrictions]),
        **pack_texts("restriction.value", [one.value for one in restrictions]),
    }


class Exclusions:
    """How far each product is excluded, by placement."""

    def __init__(self, views: Views, product_count: int) -> None:
        self._row_of, self._levels = views["exclusion.row"], views["exclusion.level"]
        self._count = product_count

    def in_placement(self, place: int) -> "memoryview[int] | None":
        """Return the levels of all products in the placement of a row; None if nothing is excluded there."""
        row = self._row_of[place]
        return None if row == layout.NO_MASK else self._levels[row * self._count : (row + 1) * self._count]

    @property
    def everywhere(self) -> "memoryview[int] | None":
        """Return the levels outside any placement; None if nothing is excluded everywhere."""
        return self.in_placement(len(self._row_of) - 1)


class Restrictions:
    """What customers must have to be proposed restricted goods."""

    def __init__(self, views: Views) -> None:
        self.set_of: memoryview[int] = views["restriction.set"]
        required = Lists(views, "restriction.required")
        count = len(views["restriction.required.starts"]) - 1
        attributes, values = Texts(views, "restriction.attribute"), Texts(views, "restriction.value")
        needs = list(zip(attributes, values, strict=True))
        self._sets = [tuple(needs[one] for one in required[row]) for row in range(count)]

    def unmet(self, attributes: Mapping[str, object]) -> frozenset[int]:
        """Return the numbers of the sets of which a customer with these attributes lacks something."""
        return frozenset(
            [
                number
                for number, needs in enumerate(self._sets)
                if not all(says(attributes.get(code), value) for code, value in needs)
            ]
        )

    def needs_of(self, row: int) -> tuple[tuple[str, str], ...]:
        """Return the attributes and values that the product of a row needs."""
        return self._sets[self.set_of[row]]


def says(stored: object, wanted: str) -> bool:
    """Tell whether an attribute has the wanted value, or a list of values contains it.

    Yes and no are written as such, in any case; a number equals the same number.
    """
    if isinstance(stored, list | tuple | set | frozenset):
        return any(says(one, wanted) for one in stored)
    folded = wanted.strip().casefold()
    if isinstance(stored, bool):
        return folded in (("yes", "true", "1") if stored else ("no", "false", "0"))
    if isinstance(stored, int | float):
        return _number(folded) == stored
    return stored is not None and str(stored).strip().casefold() == folded


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
