"""Conditions on what the shopper bought."""

from collections.abc import Hashable, Mapping
from typing import ClassVar, Final

import numpy as np

from engine.conditions.circumstances import Circumstances
from engine.conditions.shopper import ShopperFacts
from engine.conditions.shoppers import Flags, RecordLists, Shoppers
from engine.conditions.tree.leaf import SAID, About, Days, Field, Leaf, LookedAt, Name, Seen, Wanted
from engine.conditions.tree.local import days_ago, local_day
from engine.conditions.tree.operators import BOUGHT
from engine.conditions.tree.say import Kind, Say

DAYS: Final = Field("days", "days", ("within", "not_within"))


class BoughtLeaf(Leaf, frozen=True, kw_only=True):
    """Something was, or was not, bought within `days` days, today being day 0, or at any time."""

    about: ClassVar[About] = "shopper"
    operators: ClassVar[tuple[str, ...]] = BOUGHT
    kind: ClassVar[Kind]
    # The message for each operator, with %(what)s; with %(count)s days, one for one and one for several.
    says: ClassVar[Mapping[str, str | tuple[str, str]]]

    days: Days | None = None

    @property
    def keys(self) -> tuple[int, ...]:
        """Return the primary keys of what was bought."""
        raise NotImplementedError

    @classmethod
    def bought_of(cls, shopper: ShopperFacts) -> Mapping[int, int]:
        """Return the last day on which the shopper bought each."""
        raise NotImplementedError

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether one of them was bought as lately as that, or none of them."""
        shopper = circumstances.shopper
        if shopper is None:
            return False
        bought = self.bought_of(shopper)
        days = [bought[key] for key in self.keys if key in bought]
        if self.days is not None:
            earliest = local_day(circumstances.at, circumstances.zone) - self.days
            days = [day for day in days if day >= earliest]
        return bool(days) == (self.op in ("within", "ever"))

    def bought_among(self, shoppers: Shoppers) -> tuple[RecordLists, Flags]:
        """Return what many customers bought, and which of the records are of one of them."""
        raise NotImplementedError

    def among(self, shoppers: Shoppers) -> Flags:
        """Return who bought one of them as lately as that, or none of them."""
        bought, is_wanted = self.bought_among(shoppers)
        if self.days is not None:
            is_wanted &= bought.records["last_day"] >= shoppers.today - self.days
        return np.asarray(bought.any_of(is_wanted) == (self.op in ("within", "ever")))

    def seen(self, circumstances: Circumstances) -> int | None:
        """Return how many days ago one of them was last bought; None if never."""
        shopper = circumstances.shopper
        bought = {} if shopper is None else self.bought_of(shopper)
        days = [bought[key] for key in self.keys if key in bought]
        return local_day(circumstances.at, circumstances.zone) - max(days) if days else None

    @classmethod
    def facts(cls, circumstances: Circumstances) -> Hashable:
        """Return what was bought, with the day and today."""
        shopper = circumstances.shopper
        if shopper is None:
            return None
        bought = frozenset(cls.bought_of(shopper).items())
        return bought, local_day(circumstances.at, circumstances.zone)

    def wanted(self) -> Wanted:
        """Return what was bought, at most so many days ago; the shopper must be known."""
        is_negated = self.op in ("not_within", "never")
        return Wanted(self.keys, None, self.days, is_negated, SAID)

    @classmethod
    def looked_at(cls, circumstances: Circumstances) -> LookedAt:
        """Return what was bought, with how many days ago."""
        shopper = circumstances.shopper
        if shopper is None:
            return ()
        today = local_day(circumstances.at, circumstances.zone)
        return [(SAID, 0), *((key, today - day) for key, day in cls.bought_of(shopper).items())]

    def sentence(self, say: Say) -> str:
        """Return the condition in words."""
        what = say.either([say.name(self.kind, key) for key in self.keys])
        message = self.says[self.op]
        if isinstance(message, str):
            return say.text(message, what=what)
        return say.plural(message, self.days or 0, what=what)

    def say_seen(self, seen: Seen, say: Say) -> str:
        """Return how long ago it was."""
        return days_ago(seen, say) if isinstance(seen, int) else super().say_seen(seen, say)

    def names(self) -> frozenset[Name]:
        """Return what was bought."""
        return frozenset([Name(self.kind, key) for key in self.keys])
