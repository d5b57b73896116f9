"""Whether an offer is switched on."""

from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.condition import Condition, Subject


class Active(Condition, frozen=True, tag="active"):
    """The offer is switched on."""

    name: ClassVar[str] = "active"
    reason: ClassVar[str] = "not_active"
    subject: ClassVar[Subject] = "offer"

    is_active: bool = True

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether it is switched on, whatever the circumstances."""
        del circumstances
        return self.is_active

    @staticmethod
    def facts(circumstances: Circumstances) -> None:
        """Return nothing: the circumstances do not matter."""
        del circumstances
