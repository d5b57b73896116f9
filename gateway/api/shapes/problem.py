"""What went wrong."""

import msgspec

from catalog.services.values import FieldError

__all__ = ["FieldError", "ProblemBody"]


class ProblemBody(msgspec.Struct, frozen=True):
    """An error (RFC 9457). `code` is stable; `title` and `detail` are for people.

    A pointer is a JSON pointer (RFC 6901) into the body, or “?” and the name of a query parameter.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldError]
    request_id: str
