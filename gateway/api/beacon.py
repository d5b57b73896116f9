"""Bodies that a browser sends without asking first: `navigator.sendBeacon` with a text.

Such a request can carry neither an Authorization header nor the media type of JSON; with either, a browser
sends a preflight. So the body is JSON declared as text/plain, and contains the publishable key.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec
from django.http import HttpRequest
from rest_framework.request import Request

from gateway.api.authentication import CHALLENGE
from gateway.api.problems import ProblemError
from gateway.api.reader import TEXT, decode, has_media_type, read_body, read_json

T = TypeVar("T")

# Browsers refuse longer beacons.
MAX_BEACON_BYTES: Final = 65_536


class _Keyed(msgspec.Struct, frozen=True):
    """The key of a body; its other fields are checked by the view."""

    key: str | None = None


_decoder: Final = msgspec.json.Decoder(_Keyed)


def key_in_beacon(request: HttpRequest, in_address: Sequence[str]) -> str | None:
    """Return the key in the body of a beacon, which is kept for the view; None for any other request."""
    del in_address
    if not has_media_type(request, TEXT):
        return None
    body = read_body(request, MAX_BEACON_BYTES, TEXT)
    key = read_json(body, _decoder).key
    if key is None:
        detail = "Send the publishable key as `key` in the body."
        raise ProblemError("key_required", detail, headers={"WWW-Authenticate": CHALLENGE})
    request.awase_beacon = body  # type: ignore[attr-defined]
    return key


def read_beacon(request: Request, decoder: "msgspec.json.Decoder[T]") -> T | None:
    """Return the body of an authenticated beacon, None for any other request."""
    body: bytes | None = getattr(request._request, "awase_beacon", None)
    return None if body is None else decode(body, decoder)
