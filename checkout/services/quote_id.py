"""Quote IDs: the signed name and expiry of a stored quote.

An ID is the signed text (`engine.signing`) of version ‖ 12 random bytes ‖ expiry in seconds since 1970-01-01
UTC. With a MAC of 16 bytes it has 44 characters. The signature reveals a damaged or foreign ID without a
query, and the expiry is known even for quotes that were deleted long ago.
"""

import secrets
import struct
from typing import Final

import msgspec
from django.conf import settings

from engine.signing import InvalidSignatureError, Signer

ID_PATTERN: Final = r"^[A-Za-z0-9_-]{44}$"
_VERSION: Final = 1
_LAYOUT: Final = struct.Struct(">B12sI")
_signer: Final = Signer(b"awase.quote", mac_bytes=16)


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
    return _signer.sign(payload, settings.SECRET_KEY)


def read_quote_id(text: str) -> QuoteId:
    """Return the content of an ID; raise InvalidQuoteIdError if it is forged, damaged or foreign."""
    try:
        payload = _signer.verify(text, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    except InvalidSignatureError as error:
        raise InvalidQuoteIdError("The quote ID is not valid.") from error
    version, name, expires_at = _LAYOUT.unpack(payload)
    if version != _VERSION:
        raise InvalidQuoteIdError("The quote ID has an unknown version.")
    return QuoteId(name.hex(), expires_at)
