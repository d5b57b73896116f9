"""Promotion codes: written in many ways, compared in one."""

import unicodedata
from typing import ClassVar

from engine.conditions.circumstances import Circumstances
from engine.conditions.condition import Condition, Subject


def normalize_code(code: str) -> str:
    """Return the code as it is stored and compared: NFKC, upper case, no spaces at either end.

    "ａｂｃ-10 " and "ABC-10" are the same code.
    """
    return unicodedata.normalize("NFKC", code).strip().upper()


class PromotionCodes(Condition, frozen=True, tag="codes"):
    """The shopper entered one of the codes; an offer whose codes are all switched off applies to nobody."""

    name: ClassVar[str] = "code"
    reason: ClassVar[str] = "code_needed"
    subject: ClassVar[Subject] = "offer"

    codes: frozenset[str]

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether one of the codes was entered."""
        return not self.codes.isdisjoint(circumstances.codes)

    @staticmethod
    def facts(circumstances: Circumstances) -> frozenset[str]:
        """Return the codes that were entered."""
        return circumstances.codes
