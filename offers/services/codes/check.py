"""What is wrong with a batch before its codes are generated, and a sample of what they would look like."""

import secrets
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from engine.conditions.code import normalize_code
from engine.generated_codes import ALPHABETS, bits_of, draw_codes, shortest_length
from offers.kinds.base import Fault
from offers.models import CodeBatch

_SAMPLE_SIZE: Final = 5


@dataclass(frozen=True, slots=True)
class CodeSample:
    """Some codes as a batch would have them, and the entropy of each in bits."""

    codes: tuple[str, ...]
    bits: int


def clean_prefix(prefix: str) -> str:
    """Return a prefix as codes are compared; spaces inside are removed."""
    return "".join(normalize_code(prefix).split())


def find_batch_faults(batch: CodeBatch) -> list[Fault]:
    """Return what is wrong with a new batch: codes that could be guessed, an offer that is for everyone."""
    faults = []
    needed = shortest_length(batch.size, ALPHABETS[batch.alphabet])
    if batch.length < needed:
        words = _("These codes could be guessed. %(size)d codes need at least %(needed)d random characters.")
        text = words % {"size": batch.size, "needed": needed}
        faults.append(Fault("guessable", text, column="length"))
    if batch.offer.is_active and not batch.offer.needs_code:
        words = _(
            "This offer is for everyone and active. Turn on “Only with a promotion code” for it, or pause it."
        )
        faults.append(Fault("for_everyone", words, column="offer"))
    return faults


def sample_codes(batch: CodeBatch) -> CodeSample:
    """Return codes that are not stored anywhere."""
    alphabet = ALPHABETS[batch.alphabet]
    codes = draw_codes(
        _SAMPLE_SIZE,
        prefix=batch.prefix,
        length=batch.length,
        alphabet=alphabet,
        random_bytes=secrets.token_bytes,
    )
    return CodeSample(tuple(codes), int(bits_of(batch.length, alphabet)))
