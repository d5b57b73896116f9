"""The body of an error response."""

import msgspec

from catalog.services.values import FieldError

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
