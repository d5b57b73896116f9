"""Who is calling: `Authorization: Bearer sk_…`, looked up in the key ring without a query."""

from typing import Final

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from gateway.api.problems import ProblemError
from gateway.services.key_ring import KeyEntry, KeyRing, key_ring_file

_CHALLENGE: Final = 'Bearer realm="awase"'
_MAX_KEY_LENGTH: Final = 128


def current_key_ring() -> KeyRing:
    """Return the key ring; without one nobody can be recognised yet."""
    ring = key_ring_file().current()
    if ring is None:
        detail = "The key ring is not published yet: create a key, or start the worker."
        raise ProblemError("not_ready", detail, headers={"Retry-After": "5"})
    return ring


class KeyAuthentication(BaseAuthentication):
    """Recognise a key; refuse a missing, unknown or revoked one."""

    def authenticate(self, request: Request) -> tuple[KeyEntry, KeyEntry]:
        """Return the caller's entry in the key ring."""
        scheme, _, key = request._request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key:
            detail = "Send Authorization: Bearer, and a key."
            raise ProblemError("key_required", detail, headers={"WWW-Authenticate": _CHALLENGE})
        entry = current_key_ring().find(key) if len(key) <= _MAX_KEY_LENGTH else None
        if entry is None:
            challenge = f'{_CHALLENGE}, error="invalid_token"'
            detail = "This key is unknown or was revoked."
            raise ProblemError("key_invalid", detail, headers={"WWW-Authenticate": challenge})
        return entry, entry

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return _CHALLENGE


class AnyKey(BasePermission):
    """Any key will do; a publishable one only from the origins it names."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse a page the key was not made for."""
        if not key_of(request).admits(origin_of(request._request)):
            detail = "This publishable key names the origins that may use it, and this is none of them."
            raise ProblemError("origin_not_allowed", detail)
        return True


class SecretKey(BasePermission):
    """Only a secret key will do."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Refuse a publishable key."""
        require_secret(key_of(request), "This address")
        return True


def origin_of(request: HttpRequest) -> str | None:
    """Return the origin of the page that calls, None where nobody names one.

    Browsers leave Origin out of a GET to a page's own origin; they say so in another header.
    """
    origin: str | None = request.META.get("HTTP_ORIGIN")
    if origin is None and request.META.get("HTTP_SEC_FETCH_SITE") == "same-origin":
        return f"{request.scheme}://{request.get_host()}"
    return origin


def key_of(request: Request) -> KeyEntry:
    """Return the key of an authenticated request."""
    key: KeyEntry = request.auth  # type: ignore[assignment] # DRF thinks of its own tokens
    return key


def require_secret(key: KeyEntry, what: str) -> None:
    """Raise the problem of a publishable key where a secret one is needed."""
    if not key.is_secret:
        raise ProblemError("secret_key_required", f"{what} takes a secret key, called from a server.")


def is_preflight(request: HttpRequest) -> bool:
    """Say whether a browser asks beforehand what a page may send."""
    return request.method == "OPTIONS" and "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in request.META
