"""Find the offer that led to each line of an order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.services.values import FieldError
from engine.sku import normalize_sku
from offers.services.tokens import InvalidTokenError, read_decision_token


@dataclass(frozen=True, slots=True)
class ClaimedLine:
    """A line as it is sent, with the signed decision it says it comes from."""

    sku: str
    decision_token: str | None


@dataclass(frozen=True, slots=True)
class Credit:
    """The offer that a line owes itself to, and the decision that showed it."""

    decision: str
    offer_code: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who gets credit for which line, and what was wrong with the other claims."""

    credits: list[Credit | None]  # of each line
    notes: list[FieldError]  # claims that do not fit; the order is true all the same
    errors: list[FieldError]  # claims that were forged or damaged: the order is to be refused


def attribute_lines(*, lines: Sequence[ClaimedLine], placed_at: datetime) -> Attribution:
    """Credit each line to the offer of its decision that proposed the product.

    A decision we never made is an error. One that does not fit the line (older than 30 days when the
    order was placed, or about other products) is noted.
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
    """Return the credit of a line, what is wrong with its claim, or None where it makes none."""
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
