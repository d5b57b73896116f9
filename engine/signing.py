"""Sign payloads that leave the shop, so that whoever sends one back proves that it came from here.

A signed text is base64url(payload ‖ MAC), without padding. The MAC is keyed BLAKE2b (RFC 7693), a MAC by
design and much faster in Python than HMAC-SHA256. Each purpose has its own key, derived from the secret, so a
text that was signed for one purpose proves nothing for another.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct


class InvalidSignatureError(ValueError):
    """A text that was not signed here for this purpose, or was changed since."""


class Signer(Struct, frozen=True):
    """Signs for one purpose: `purpose` is up to 16 bytes, `mac_bytes` (1-64) the length of the MAC."""

    purpose: bytes
    mac_bytes: int

    def sign(self, payload: bytes, secret: str) -> str:
        """Return the signed text of a payload."""
        signed = payload + self.mac(payload, secret)
        return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()

    def verify(self, text: str, secrets: Iterable[str]) -> bytes:
        """Return the payload of a text that was signed with one of the secrets.

        Raises InvalidSignatureError for any other text. A signed text has exactly one spelling: padding,
        stray characters and spare bits are refused too.
        """
        signed = _decoded(text)
        payload, mac = signed[: -self.mac_bytes], signed[-self.mac_bytes :]
        if not any(hmac.compare_digest(self.mac(payload, secret), mac) for secret in secrets):
            raise InvalidSignatureError("The signature does not match.")
        return payload

    def mac(self, payload: bytes, secret: str) -> bytes:
        """Return the MAC of a payload: `mac_bytes` bytes."""
        return hashlib.blake2b(payload, key=_key(self.purpose, secret), digest_size=self.mac_bytes).digest()


@lru_cache(maxsize=16)
def _key(purpose: bytes, secret: str) -> bytes:
    """Return the key of a purpose: 32 bytes. BLAKE2's personalization keeps the purposes apart."""
    return hashlib.blake2b(secret.encode(), digest_size=32, person=purpose).digest()


def _decoded(text: str) -> bytes:
    """Return the bytes of a base64url text without padding."""
    if not text.isascii():
        raise InvalidSignatureError("The text is not base64url.")
    encoded = text.encode()
    try:
        decoded = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4))
    except binascii.Error as error:
        raise InvalidSignatureError("The text is not base64url.") from error
    if base64.urlsafe_b64encode(decoded).rstrip(b"=") != encoded:
        raise InvalidSignatureError("The text is not spelled as it was signed.")
    return decoded
