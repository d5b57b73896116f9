"""Limit the number of requests per key."""

import time

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from gateway.api.authentication import key_of
from gateway.api.problems import ProblemError
from gateway.services.throttle import Allowance, throttle_file


class KeyThrottle(BaseThrottle):
    """Count requests by key. The client's IP address and X-Forwarded-For do not matter."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count one request of the key; refuse it if the limit is reached."""
        key = key_of(request)
        allowance = throttle_file().take(key.digest, key.rate_per_minute, time.monotonic_ns())
        headers = rate_limit_headers(allowance)
        if not allowance.is_allowed:
            headers["Retry-After"] = str(allowance.retry_after_seconds)
            detail = f"This API key is limited to {allowance.limit:,} requests per minute."
            raise ProblemError("rate_limited", detail, headers=headers)
        request._request.awase_rate_limit = headers  # type: ignore[attr-defined]
        return True


def rate_limit_headers(allowance: Allowance) -> dict[str, str]:
    """Return the RateLimit fields (draft-ietf-httpapi-ratelimit-headers-10)."""
    return {
        "RateLimit-Policy": f'"key";q={allowance.limit};w=60',
        "RateLimit": f'"key";r={allowance.remaining};t={allowance.reset_seconds}',
    }
