"""Slow down who tries out promotion codes: unknown codes from one network of browsers are counted."""

import time
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from rest_framework.request import Request

from engine.notes import Note
from engine.signing import Signer
from gateway.api.problems import ProblemError
from gateway.api.throttling import visitor_digest
from gateway.services.address import client_address, network_of
from gateway.services.key_ring import KeyEntry
from gateway.services.throttle import visitor_throttle_file

_signer: Final = Signer(b"awase.guesses", mac_bytes=8)


class CodeGuesses:
    """The codes of a request by a publishable key, each taken from what its network may get wrong a minute.

    Those that were known are given back. The server of the shop is not counted.
    """

    def __init__(self, request: Request, key: KeyEntry, codes: Sequence[str]) -> None:
        self._count = 0 if key.is_secret else len(codes)
        self._limit = settings.AWASE_UNKNOWN_CODES_PER_MINUTE
        if not self._count:
            return
        http_request = request._request
        self._digest = visitor_digest(_signer, key, http_request)
        for taken in range(self._count):
            allowance = visitor_throttle_file().take(self._digest, self._limit, time.monotonic_ns())
            if not allowance.is_allowed:
                self._give_back(taken)
                network = network_of(client_address(http_request.META))
                raise ProblemError(
                    "rate_limited",
                    f"Too many unknown promotion codes from {network}. Wait before trying others.",
                    headers={"Retry-After": str(allowance.retry_after_seconds)},
                )

    def settle(self, notes: Sequence[Note]) -> None:
        """Give back the codes of a quote that were known."""
        if self._count:
            unknown = sum(note.code == "unknown_code" for note in notes)
            self._give_back(self._count - unknown)

    def _give_back(self, count: int) -> None:
        for _code in range(count):
            visitor_throttle_file().give_back(self._digest, self._limit, time.monotonic_ns())
