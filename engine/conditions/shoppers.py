"""Facts of many customers as columns: what conditions on shoppers are asked of sets of customers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
# What has to be read of each customer for a condition.
Part = Literal["facts", "purchases", "categories", "due", "attributes", "answers"]


@dataclass(frozen=True, slots=True)
class RecordLists:
    """A list of records of each of n customers: list i is `records[starts[i]:starts[i + 1]]`."""

    starts: Ints  # (n + 1,)
    records: npt.NDArray[Any]

    def any_of(self, is_wanted: Flags) -> Flags:
        """Return whose list holds a wanted record, (n,); is_wanted: (records,)."""
        counts = np.concatenate([[0], np.cumsum(is_wanted)])
        return np.asarray(counts[self.starts[1:]] > counts[self.starts[:-1]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Shoppers:
    """n known customers, keys ascending; a part that was not read is as if nothing were known.

    `today` is the day in the shop's time zone, since 1970-01-01 as all days. `audiences` says who belongs to
    each audience that was evaluated before; what is not there has no members.
    """

    keys: Ints  # (n,) primary keys
    today: int
    segment: Ints  # (n,) position in SEGMENTS, NOTHING without orders
    orders: Ints  # (n,)
    first_day: Ints  # (n,) NO_DAY without orders
    last_day: Ints
    average_order: Ints  # (n,) minor units, NOTHING where it is not known
    expected_value: Ints
    currency: npt.NDArray[np.str_]  # (n,) of the amounts
    purchases: RecordLists  # PURCHASE, the strongest habits
    categories: RecordLists  # CATEGORY, all bought from
    due: RecordLists  # DUE
    attributes: Sequence[Mapping[str, Any]]  # (n,) by code
    answers: Sequence[Mapping[tuple[str, str], str]]  # (n,) by survey and question
    parents: Mapping[int, int]  # of each category; 0 is none
    audiences: dict[int, Flags] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.keys)

    def below(self, categories: Collection[int]) -> list[int]:
        """Return these categories and all below them."""
        return [key for key in self.parents if not self._chain(key).isdisjoint(categories)]

    def _chain(self, category: int) -> set[int]:
        """Return a category and those above it."""
        chain: set[int] = set()
        while category and category not in chain:
            chain.add(category)
            category = self.parents.get(category, 0)
        return chain
