"""Which shoppers an offer is for."""

from typing import ClassVar, Literal

from engine.conditions.circumstances import Circumstances
from engine.conditions.condition import Condition, Subject

AudienceKind = Literal["known", "anonymous"]


class AudienceRequired(Condition, frozen=True, tag="audience"):
    """The shopper is a known customer, or is not."""

    name: ClassVar[str] = "audience"
    reason: ClassVar[str] = "audience"
    subject: ClassVar[Subject] = "shopper"

    kind: AudienceKind

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether the shopper belongs to the audience."""
        return (self.kind == "known") == circumstances.is_known

    @staticmethod
    def facts(circumstances: Circumstances) -> bool:
        """Return whether the shopper is a known customer."""
        return circumstances.is_known
