"""Remarks on a request: worth knowing, but no errors."""

from msgspec import Struct


class Note(Struct, frozen=True):
    """Something about the request that the caller should know and that is not an error.

    `code` is stable, `pointer` names the field (RFC 6901), `detail` says it in words. `available` is how many
    units can be delivered, None where the note is not about stock.
    """

    code: str
    pointer: str
    detail: str
    available: int | None = None
