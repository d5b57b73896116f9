"""Customer tokens: the shop's server signs which customer a page is for. A browser cannot claim another.

A token is `NAME.EXPIRES.CUSTOMER.MAC`:

- NAME: the first 11 characters of the signing secret
- EXPIRES: when it ends, in seconds since 1970-01-01 UTC, at most 24 hours ahead
- CUSTOMER: the shop's own id of the customer, UTF-8, in hex
- MAC: HMAC-SHA256 (RFC 2104) of everything before the last dot, keyed with the whole secret, in hex

A signing secret belongs to a publishable key. It is derived from its name and SECRET_KEY, and stored nowhere.
"""

import base64
import hashlib
import hmac
import re
import secrets
from typing import Final

from django.conf import settings

from engine.signing import Signer
from gateway.services.key_ring import KeyEntry, KeyRing

MAX_LIFETIME_SECONDS: Final = 24 * 3600
# How far the clock of the shop's server may differ from ours.
CLOCK_SKEW_SECONDS: Final = 300

_NAME_PREFIX: Final = "ss_"
_NAME_LENGTH: Final = 11
_FORMAT: Final = re.compile(
    r"(?P<name>ss_[A-Za-z0-9_-]{8})\.(?P<expires>[0-9]{1,15})\.(?P<customer>(?:[0-9A-Fa-f]{2}){1,512})"
    r"\.(?P<mac>[0-9A-Fa-f]{64})",
    re.ASCII,
)
_signer: Final = Signer(b"awase.customer", mac_bytes=32)


class CustomerTokenError(ValueError):
    """A token that proves nothing; `code` says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def new_signing_name() -> str:
    """Return the name of a new signing secret."""
    return _NAME_PREFIX + secrets.token_urlsafe(6)


def signing_secret(name: str) -> str:
    """Return the signing secret of this name: the name and 256 bits in base64url."""
    return _derived(name, settings.SECRET_KEY)


def issue_customer_token(*, secret: str, customer: str, expires_at: int) -> str:
    """Return the token of a customer, as a shop's server does."""
    signed = f"{secret[:_NAME_LENGTH]}.{expires_at}.{customer.encode().hex()}"
    return f"{signed}.{_mac(signed, secret).hex()}"


def read_customer_token(text: str, *, key: KeyEntry, ring: KeyRing, at: int) -> str:
    """Return the customer whom a token names; raise CustomerTokenError. `at` is in seconds."""
    token = _FORMAT.fullmatch(text)
    if token is None:
        detail = "A customer_token has the form NAME.EXPIRES.CUSTOMER.MAC."
        raise CustomerTokenError("token_malformed", detail)
    name = token["name"]
    if not key.accepts(name, at):
        raise _foreign(name, key, ring)
    signed, mac = text.rpartition(".")[0], bytes.fromhex(token["mac"])
    candidates = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(_mac(signed, _derived(name, one)), mac) for one in candidates):
        detail = "The signature of the customer_token does not match its content and the signing secret."
        raise CustomerTokenError("token_signature", detail)
    _require_time(int(token["expires"]), at)
    try:
        return bytes.fromhex(token["customer"]).decode()
    except UnicodeDecodeError as error:
        detail = "The customer in the customer_token is not UTF-8 in hex."
        raise CustomerTokenError("token_malformed", detail) from error


def _foreign(name: str, key: KeyEntry, ring: KeyRing) -> CustomerTokenError:
    """Return why a signing secret is not accepted."""
    if ring.knows(name) and not any(one.name == name for one in key.signing):
        detail = "The customer_token was signed with the secret of another API key."
        return CustomerTokenError("token_other_key", detail)
    detail = "The signing secret of the customer_token does not exist or has been replaced."
    return CustomerTokenError("token_secret_unknown", detail)


def _require_time(expires_at: int, at: int) -> None:
    """Refuse a token that has expired, or that would be valid for too long."""
    if expires_at + CLOCK_SKEW_SECONDS < at:
        detail = "The customer_token has expired. Request a new one from the server of the shop."
        raise CustomerTokenError("token_expired", detail)
    if expires_at - CLOCK_SKEW_SECONDS > at + MAX_LIFETIME_SECONDS:
        detail = "A customer_token must expire within 24 hours. EXPIRES is in seconds, not in milliseconds."
        raise CustomerTokenError("token_lifetime", detail)


def _derived(name: str, secret_key: str) -> str:
    digest = _signer.mac(name.encode(), secret_key)
    return f"{name}_{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _mac(signed: str, secret: str) -> bytes:
    return hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)
