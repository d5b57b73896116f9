"""Quote IDs: the signed name and expiry of a stored quote.

An ID is base64url(version ‖ 12 random bytes ‖ expiry in seconds since 1970-01-01 UTC ‖ HMAC-SHA256
truncated to 16 bytes, RFC 2104 section 5): 44 characters. The signature reveals a damaged or foreign ID
without a query, and the expiry is known even for quotes that were deleted long ago.
"""

import base64
import hashlib
import hmac
import re
import secrets
import struct
from functools import lru_cache
from typing import Final

import msgspec
from django.conf import settings

ID_PATTERN: Final = r"^[A-Za-z0-9_-]{44}(?![\s\S])"
_VERSION: Final = 1
_LAYOUT: Final = struct.Struct(">B12sI")
_SIGNATURE_BYTES: Final = 16


class InvalidQuoteIdError(ValueError):
    """An ID that this shop did not sign."""


class QuoteId(msgspec.Struct, frozen=True):
    """The content of an ID: the public ID of the stored quote (24 hex digits) and its expiry."""

    public_id: str
    expires_at: int


def new_public_id() -> str:
    """Return a public ID that cannot be guessed."""
    return secrets.token_hex(12)


def issue_quote_id(quote: QuoteId) -> str:
    """Return the signed ID."""
    payload = _LAYOUT.pack(_VERSION, bytes.fromhex(quote.public_id), quote.expires_at)
    signature = _sign(settings.SECRET_KEY, payload)
    # 33 bytes are 44 characters without padding: no spare bits, so each ID has one spelling.
    return base64.urlsafe_b64encode(payload + signature).decode()


def read_quote_id(text: str) -> QuoteId:
    """Return the content of an ID; raise InvalidQuoteIdError if it is forged, damaged or foreign."""
    if not re.fullmatch(ID_PATTERN, text):
        raise InvalidQuoteIdError("The quote ID is not valid.")
    signed = base64.urlsafe_b64decode(text)
    payload, signature = signed[: _LAYOUT.size], signed[_LAYOUT.size :]
    if not _is_signed(payload, signature):
        raise InvalidQuoteIdError("The quote ID is not valid.")
    version, name, expires_at = _LAYOUT.unpack(payload)
    if version != _VERSION:
        raise InvalidQuoteIdError("The quote ID has an unknown version.")
    return QuoteId(name.hex(), expires_at)


def _is_signed(payload: bytes, signature: bytes) -> bool:
    secrets_in_use = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(_sign(secret, payload), signature) for secret in secrets_in_use)


def _sign(secret: str, payload: bytes) -> bytes:
    return hmac.digest(_signing_key(secret), payload, "sha256")[:_SIGNATURE_BYTES]


@lru_cache(maxsize=16)
def _signing_key(secret: str) -> bytes:
    return hashlib.sha256(b"awase.offers.quote-id:" + secret.encode()).digest()
