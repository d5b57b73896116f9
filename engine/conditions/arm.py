"""Whether an offer is for the arm of an experiment that a shopper is in."""

from collections.abc import Hashable
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.condition import Condition, Subject
from engine.experiments.running import OUTSIDE


class ArmRequired(Condition, frozen=True, tag="arm"):
    """The shopper is in one of the arms of an experiment that have the offer.

    `OUTSIDE` is among the `arms` if whoever takes no part has the offer too.
    """

    name: ClassVar[str] = "arm"
    reason: ClassVar[str] = "other_arm"
    subject: ClassVar[Subject] = "offer"

    experiment: str
    arms: frozenset[str]

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the arm of the shopper has the offer."""
        return circumstances.arms.get(self.experiment, OUTSIDE) in self.arms

    @staticmethod
    def facts(circumstances: Circumstances) -> Hashable:
        """Return the arms of the shopper."""
        return tuple(circumstances.arms.items())
