"""Whether an offer applies only once the shopper accepted it."""

from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.condition import Condition, Subject


class AcceptanceRequired(Condition, frozen=True, tag="acceptance"):
    """The shopper accepted the offer; it may be proposed to anybody."""

    name: ClassVar[str] = "acceptance"
    reason: ClassVar[str] = "not_accepted"
    subject: ClassVar[Subject] = "shopper"

    offer: int

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the offer was accepted, or is only being proposed."""
        return circumstances.accepted is None or self.offer in circumstances.accepted

    @staticmethod
    def facts(circumstances: Circumstances) -> frozenset[int] | None:
        """Return the offers that were accepted."""
        return circumstances.accepted
