"""Attribute the lines of an order to offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.services.values import FieldError
from engine.sku import normalize_sku
from offers.services.tokens import InvalidTokenError, read_decision_token


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """A line as sent, with the signed decision that it claims to come from."""

    sku: str
    decision_token: str | None


@dataclass(frozen=True, slots=True)
class Credit:
    """The offer that a line is attributed to, and the decision that showed it."""

    decision: str
    offer_code: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """The credited offer of each line, and what is wrong with the other claims."""

    credits: list[Credit | None]  # of each line
    notes: list[FieldError]  # claims that do not match; the order is valid nevertheless
    errors: list[FieldError]  # claims that are forged or damaged; the order must be refused


def attribute_lines(*, lines: Sequence[ClaimedLine], placed_at: datetime) -> Attribution:
    """Credit each line to the offer of its decision that proposed the product.

    A forged decision is an error. A decision that does not match the line (made more than 30 days before the
    order or after it, or about other products) is a note.
    """
    attribution = Attribution([], [], [])
    for index, line in enumerate(lines):
        found = _credit(line, f"/lines/{index}/decision_id", int(placed_at.timestamp()))
        attribution.credits.append(found if isinstance(found, Credit) else None)
        if isinstance(found, FieldError):
            is_forged = found.code == "decision_invalid"
            (attribution.errors if is_forged else attribution.notes).append(found)
    return attribution


def _credit(line: ClaimedLine, pointer: str, placed_at: int) -> Credit | FieldError | None:
    """Return the credit of a line, the fault of its claim, or None without a claim."""
    if line.decision_token is None:
        return None
    try:
        token = read_decision_token(line.decision_token, at=placed_at)
    except InvalidTokenError as error:
        return FieldError(pointer, error.code, error.detail)
    shown = token.offer_of(normalize_sku(line.sku))
    if shown is None:
        return FieldError(pointer, "not_in_decision", "The decision did not propose this product.")
    return Credit(token.id, shown.offer)
