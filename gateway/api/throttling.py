"""Limit the number of requests per key, and per visitor of a publishable key."""

import time
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from engine.signing import Signer
from gateway.api.authentication import key_of
from gateway.api.problems import ProblemError
from gateway.services.address import client_address, network_of
from gateway.services.key_ring import KeyEntry
from gateway.services.throttle import Allowance, throttle_file, visitor_throttle_file

_signer: Final = Signer(b"awase.visitor", mac_bytes=8)


class KeyThrottle(BaseThrottle):
    """Count requests by key, and those of a publishable key first by the network that they come from.

    A visitor who is refused takes nothing from the key, so that nobody uses up the share of the others.
    """

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count one request; refuse it if a limit is reached."""
        key, http_request = key_of(request), request._request
        taken: dict[str, Allowance] = {}
        if not key.is_secret:
            taken["visitor"] = _take_of_visitor(key, http_request)
        if all(allowance.is_allowed for allowance in taken.values()):
            taken["key"] = throttle_file().take(key.digest, key.rate_per_minute, time.monotonic_ns())
        headers = rate_limit_headers(taken)
        for name, allowance in taken.items():
            if not allowance.is_allowed:
                headers["Retry-After"] = str(allowance.retry_after_seconds)
                raise ProblemError("rate_limited", _refusal(name, allowance, http_request), headers=headers)
        http_request.awase_rate_limit = headers  # type: ignore[attr-defined]
        return True


def rate_limit_headers(allowances: dict[str, Allowance]) -> dict[str, str]:
    """Return the RateLimit fields (draft-ietf-httpapi-ratelimit-headers-10), by the name of the policy."""
    policies = [f'"{name}";q={one.limit};w=60' for name, one in allowances.items()]
    left = [f'"{name}";r={one.remaining};t={one.reset_seconds}' for name, one in allowances.items()]
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}


def _take_of_visitor(key: KeyEntry, request: HttpRequest) -> Allowance:
    digest = visitor_digest(_signer, key, request)
    return visitor_throttle_file().take(digest, key.visitor_rate_per_minute, time.monotonic_ns())


def visitor_digest(signer: Signer, key: KeyEntry, request: HttpRequest) -> str:
    """Return the name of a visitor's cell for the purpose of the signer.

    Keyed, so that nobody can choose addresses that share the cell of another visitor.
    """
    visitor = f"{key.digest} {network_of(client_address(request.META))}"
    return signer.mac(visitor.encode(), settings.SECRET_KEY).hex()


def _refusal(name: str, allowance: Allowance, request: HttpRequest) -> str:
    if name == "key":
        return f"This API key is limited to {allowance.limit:,} requests per minute."
    network = network_of(client_address(request.META))
    return f"With this API key, {network} is limited to {allowance.limit:,} requests per minute."
