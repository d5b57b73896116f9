"""What the experiments and the groups of a shop assign a shopper to.

All of it follows from the unit: nothing is stored, and every process answers the same.
"""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from engine.experiments.split import ArmSplit
from engine.experiments.variation import AS_THE_SHOP, Variation, combined

# Everything, only what a merchandiser chose ("business as usual"), or no offers at all.
Group = Literal["everything", "usual", "holdout"]
# The name under which the journal has the group of a shopper; no experiment has this code.
GROUPS: Final = "holdout"
# In place of an arm: shoppers that an experiment does not assign. They see what its control sees.
OUTSIDE: Final = ""
_CUSTOMER, _VISITOR = "c:", "v:"


def unit_of(customer: str | None, visitor: str | None) -> str:
    """Return the unit of a shopper: the customer, or else the visitor; "" for nobody."""
    if customer:
        return _CUSTOMER + customer
    return _VISITOR + visitor if visitor else ""


class Assignment(Struct, frozen=True):
    """What a unit is assigned to: its group of the shop, and its arms by the code of the experiment.

    `variation` is what its arms decide differently.
    """

    group: Group = "everything"
    arms: Mapping[str, str] = {}
    variation: Variation = AS_THE_SHOP

    @property
    def is_picked_only(self) -> bool:
        """Tell whether only what a merchandiser chose is shown."""
        return self.group == "usual" or self.variation.ranking == "picked"

    @property
    def learns_from_answers(self) -> bool:
        """Tell whether the answers of shoppers count in the ranking."""
        return self.group != "usual" and self.variation.ranking == "learned"


UNASSIGNED: Final = Assignment()


class RunningExperiment(Struct, frozen=True):
    """An experiment with the codes of its arms, in the order of the split's ranges.

    `offers` are those that only some of the arms have, by primary key. `variations` are by arm, of those that
    decide differently from the shop. It assigns units from `starts_at` up to but excluding `ends_at`, in
    seconds since 1970-01-01 UTC. One that `follows_results` is a bandit: its split changes every day.
    """

    code: str
    split: ArmSplit
    arms: tuple[str, ...]
    starts_at: int
    ends_at: int | None = None
    only_customers: bool = False
    offers: frozenset[int] = frozenset()
    variations: Mapping[str, Variation] = {}
    follows_results: bool = False

    def propensity_of(self, arm: str) -> float:
        """Return the share of those who take part that gets an arm now, from 0 to 1."""
        widths = [end - start for start, end in self.split.ranges]
        return round(widths[self.arms.index(arm)] / sum(widths), 6)

    def arm_of(self, unit: str, at: int) -> str | None:
        """Return the arm of a unit at a moment, None for one outside the experiment."""
        if at < self.starts_at or (self.ends_at is not None and at >= self.ends_at):
            return None
        if self.only_customers and not unit.startswith(_CUSTOMER):
            return None
        place = self.split.arm_of(unit)
        return None if place is None else self.arms[place]


class ShopGroups(Struct, frozen=True):
    """The units that are shown no offers, and those that are shown only what a merchandiser chose.

    The first range of the split is the holdout, the second is business as usual.
    """

    split: ArmSplit

    def group_of(self, unit: str) -> Group:
        """Return the group of a unit."""
        place = self.split.arm_of(unit)
        if place is None:
            return "everything"
        return "usual" if place else "holdout"


class Experiments(Struct, frozen=True):
    """The experiments that run, and the groups of the shop, None if there are none."""

    running: tuple[RunningExperiment, ...] = ()
    groups: ShopGroups | None = None

    @property
    def is_any(self) -> bool:
        """Tell whether anybody may be assigned to anything."""
        return bool(self.running) or self.groups is not None

    def assignment_of(self, unit: str, at: int) -> Assignment:
        """Return what a unit is assigned to; nobody ("") to nothing.

        Who is in a group of the shop takes part in no experiment: the group measures what has been decided.
        """
        if not unit:
            return UNASSIGNED
        group = "everything" if self.groups is None else self.groups.group_of(unit)
        if group != "everything":
            return Assignment(group)
        arms = self.arms_of(unit, at)
        return self.assignment_to(arms) if arms or self.groups is not None else UNASSIGNED

    def assignment_to(self, arms: Mapping[str, str]) -> Assignment:
        """Return the assignment to these arms, with what they decide differently."""
        varied = [
            one.variations[arms[one.code]] for one in self.running if arms.get(one.code) in one.variations
        ]
        return Assignment(arms=arms, variation=combined(varied))

    def arms_of(self, unit: str, at: int) -> Mapping[str, str]:
        """Return the arms of a unit, or those that a member of a group would have without the group."""
        return {one.code: arm for one in self.running if (arm := one.arm_of(unit, at)) is not None}


NO_EXPERIMENTS: Final = Experiments()
