"""The body of an error response."""

import msgspec

from catalog.services.values import FieldError
from gateway.api.shapes.known import know_values

__all__ = ["FieldError", "ProblemBody"]


class ProblemBody(msgspec.Struct, frozen=True):
    """An error (RFC 9457). `code` is stable. `title` and `detail` are written for people and may change.

    `pointer` is a JSON pointer (RFC 6901) into the body, “?” followed by the name of a query parameter,
    or `/order_id` or `/offers/{code}`.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError]
    request_id: str


# `docs/api.md` lists the same.
know_values(
    FieldError,
    code=[
        *("required", "unknown_field", "wrong_type", "not_an_integer", "out_of_range", "bad_format"),
        *("bad_length", "unknown_choice", "nul_character", "duplicate_parameter", "duplicate_placement"),
        *("ambiguous", "unknown_placement", "unknown_sku", "unknown_currency", "too_many_decimals"),
        *("other_currency", "currency_in_use", "hidden", "short_of_stock", "decision_invalid"),
        *("not_in_decision", "unknown_line", "duplicate_id", "option_of_line", "interval_required"),
        *("out_of_place", "unknown_attribute", "unknown_topic", "duplicate_topic"),
    ],
)
