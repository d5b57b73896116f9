"""Quote ids: the name of a stored quote and the end of its guarantee, signed.

An id is the signed text (`engine.signing`) of version ‖ 12 random bytes ‖ expiry in seconds since 1970-01-01
UTC. With a MAC of 16 bytes it has 44 characters. The signature reveals a damaged or foreign id before the
database is asked, and the expiry answers for quotes that were deleted long ago.
"""

import secrets
import struct
from typing import Final

import msgspec
from django.conf import settings

from engine.signing import InvalidSignatureError, Signer

ID_PATTERN: Final = r"^[A-Za-z0-9_-]{44}(?![\s\S])"
_VERSION: Final = 1
_LAYOUT: Final = struct.Struct(">B12sI")
_signer: Final = Signer(b"awase.quote", mac_bytes=16)


class InvalidQuoteIdError(ValueError):
    """An id that this shop did not sign."""


class QuoteId(msgspec.Struct, frozen=True):
    """What an id says: the public id of the stored quote (24 hex digits), and until when it holds."""

    public_id: str
    expires_at: int


def new_public_id() -> str:
    """Return a name that nobody can guess."""
    return secrets.token_hex(12)


def issue_quote_id(quote: QuoteId) -> str:
    """Return the signed id."""
    payload = _LAYOUT.pack(_VERSION, bytes.fromhex(quote.public_id), quote.expires_at)
    return _signer.sign(payload, settings.SECRET_KEY)


def read_quote_id(text: str) -> QuoteId:
    """Return what an id says; raise InvalidQuoteIdError for any that is forged, damaged or foreign."""
    try:
        payload = _signer.verify(text, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
    except InvalidSignatureError as error:
        raise InvalidQuoteIdError("This is not a quote of this shop.") from error
    version, name, expires_at = _LAYOUT.unpack(payload)
    if version != _VERSION:
        raise InvalidQuoteIdError("The quote is of an unknown version.")
    return QuoteId(name.hex(), expires_at)
