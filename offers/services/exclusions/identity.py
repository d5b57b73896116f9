"""Who sent an event, as digests: to tell people apart, not to know them."""

import hashlib
from functools import lru_cache
from typing import Final

from django.conf import settings

from offers.services.exclusions.arrival import Arrival, PlausibleEvent

_DIGEST_BYTES: Final = 12


def visitor_of(event: PlausibleEvent) -> str:
    """Return the digest of the customer, else of the session; "" without both."""
    if event.customer:
        return _digest("customer", event.customer)
    return _digest("session", event.session)


def address_of(arrival: Arrival, scope: str) -> str:
    """Return the digest of the browser's network, which differs in each scope; "" for a server.

    Addresses are not stored, and nobody can be followed from one scope to the next.
    """
    return _digest(f"network {scope}", arrival.network)


def _digest(kind: str, name: str) -> str:
    if not name:
        return ""
    text = f"{kind}\0{name}".encode()
    return hashlib.blake2b(text, key=_key(settings.SECRET_KEY), digest_size=_DIGEST_BYTES).hexdigest()


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), person=b"awase.event").digest()
