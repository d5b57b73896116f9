"""Authenticate `Authorization: Bearer sk_…` against the key ring, without a database query.

Where a browser can send no header without asking first (a preflight), a publishable key may also be in the
address or in the body. A secret key anywhere in an address is always refused: addresses end up in logs.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import parse_qs, unquote_plus

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from gateway.api.problems import ProblemError
from gateway.services.key_ring import SECRET_PREFIX, KeyEntry, KeyRing, key_ring_file

CHALLENGE: Final = 'Bearer realm="awase"'
# A whole secret key, also inside of another address. A SKU may begin in the same way.
_SECRET_KEY: Final = re.compile(rf"(?<![\w-]){SECRET_PREFIX}[\w-]{{43}}(?![\w-])", re.ASCII)
_MAX_KEY_LENGTH: Final = 128
_MAX_ORIGIN_LENGTH: Final = 200


def current_key_ring() -> KeyRing:
    """Return the key ring; raise `not_ready` if it has not been written yet."""
    ring = key_ring_file().current()
    if ring is None:
        detail = "API keys are not available yet. Create a key or start the worker, then try again."
        raise ProblemError("not_ready", detail, headers={"Retry-After": "5"})
    return ring


class KeyAuthentication(BaseAuthentication):
    """Authenticate by API key; refuse a missing, unknown or revoked key.

    `find_key` returns the publishable key of a request without an Authorization header, None if it has none.
    It is given the values of the query parameter `key`.
    """

    def __init__(self, find_key: Callable[[HttpRequest, Sequence[str]], str | None]) -> None:
        self._find_key = find_key

    def authenticate(self, request: Request) -> tuple[KeyEntry, KeyEntry]:
        """Return the caller's entry in the key ring."""
        http_request = request._request
        in_address = _keys_in_address(http_request.META.get("QUERY_STRING", ""))
        header = http_request.META.get("HTTP_AUTHORIZATION")
        found = self._find_key(http_request, in_address) if header is None else None
        if found is not None:
            entry = _entry_of(found)
            if entry.is_secret:
                raise _exposed("the body of a beacon")
            return entry, entry
        scheme, _, key = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            detail = "Send an API key in the Authorization header: Bearer, followed by the key."
            raise ProblemError("key_required", detail, headers={"WWW-Authenticate": CHALLENGE})
        entry = _entry_of(key.strip())
        return entry, entry

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return CHALLENGE


def refuse_exposed_key(request: HttpRequest) -> None:
    """Raise `secret_key_exposed` if a whole secret key is in the path or in any query parameter."""
    path, query = request.path_info, request.META.get("QUERY_STRING", "")
    if _SECRET_KEY.search(path) or (query and _SECRET_KEY.search(unquote_plus(query))):
        # Django logs the paths of refused requests.
        request.path = _SECRET_KEY.sub(f"{SECRET_PREFIX}…", request.path)
        raise _exposed("an address")


def key_in_address(request: HttpRequest, in_address: Sequence[str]) -> str | None:
    """Return the query parameter `key` of a GET."""
    return next(iter(in_address), None) if request.method in ("GET", "HEAD") else None


def _keys_in_address(query: str) -> list[str]:
    """Return the values of `key`; raise `secret_key_exposed` if one begins like a secret key."""
    if not query:
        return []
    keys = parse_qs(query).get("key", [])
    if any(key.startswith(SECRET_PREFIX) for key in keys):
        raise _exposed("an address")
    return keys


def _entry_of(key: str) -> KeyEntry:
    entry = current_key_ring().find(key) if len(key) <= _MAX_KEY_LENGTH else None
    if entry is None:
        challenge = f'{CHALLENGE}, error="invalid_token"'
        detail = "The API key does not exist or has been revoked."
        raise ProblemError("key_invalid", detail, headers={"WWW-Authenticate": challenge})
    return entry


def _exposed(where: str) -> ProblemError:
    detail = (
        f"A secret key must not be in {where}. Revoke it and create a new one. Use a publishable key here, "
        "or send the secret key in the Authorization header, from a server."
    )
    return ProblemError("secret_key_exposed", detail)


class AnyKey(BasePermission):
    """Admit any key, but a publishable key only from its own origins."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse an origin that the key does not list."""
        origin = origin_of(request._request)
        if not key_of(request).admits(origin):
            raise ProblemError("origin_not_allowed", _refusal(origin))
        return True


def _refusal(origin: str | None) -> str:
    """Return why an origin is refused and what to do, with the origin as it was sent."""
    if origin is None:
        return "The request has no Origin header. Use this publishable key in browsers, or a secret key."
    sent = origin[:_MAX_ORIGIN_LENGTH]
    return f"This publishable key cannot be used from the origin {sent!r}. Add this origin to the key first."


class SecretKey(BasePermission):
    """Admit secret keys only."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse a publishable key."""
        require_secret(key_of(request), "This endpoint")
        return True


def origin_of(request: HttpRequest) -> str | None:
    """Return the origin of the calling page, None if the request names none.

    Browsers omit Origin in a GET to the page's own origin and send Sec-Fetch-Site instead.
    """
    origin: str | None = request.META.get("HTTP_ORIGIN")
    if origin is None and request.META.get("HTTP_SEC_FETCH_SITE") == "same-origin":
        return f"{request.scheme}://{request.get_host()}"
    return origin


def key_of(request: Request) -> KeyEntry:
    """Return the key of an authenticated request."""
    key: KeyEntry = request.auth  # type: ignore[assignment] # DRF expects its own tokens
    return key


def require_secret(key: KeyEntry, what: str) -> None:
    """Raise `secret_key_required` for a publishable key."""
    if not key.is_secret:
        raise ProblemError(
            "secret_key_required",
            f"{what} requires a secret key. Send the request from a server, never from a browser.",
        )


def is_preflight(request: HttpRequest) -> bool:
    """Return whether the request is a CORS preflight."""
    return request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META
