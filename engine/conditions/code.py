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
    """The shopper entered one of the codes, or a code of one of the batches.

    An offer whose codes are all switched off applies to nobody. `batches` are the primary keys of batches of
    generated codes, which are too many to be listed: whoever asks has looked up the codes that were entered.
    """

    name: ClassVar[str] = "code"
    reason: ClassVar[str] = "code_needed"
    subject: ClassVar[Subject] = "offer"

    codes: frozenset[str]
    batches: frozenset[int] = frozenset()

    def holds(self, circumstances: Circumstances) -> bool:
        """Return whether one of the codes was entered."""
        return not (
            self.codes.isdisjoint(circumstances.codes) and self.batches.isdisjoint(circumstances.code_batches)
        )

    @staticmethod
    def facts(circumstances: Circumstances) -> tuple[frozenset[str], frozenset[int]]:
        """Return the codes that were entered, and the batches of those that were looked up."""
        return circumstances.codes, circumstances.code_batches
