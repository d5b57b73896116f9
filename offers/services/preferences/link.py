"""Links to the preference page: whoever opens one acts for the customer that it names.

Awase signs links that last for days, for example in a mail. The shop's server signs links for a page of the
customer who is logged in, in the form of customer tokens (`gateway.services.customer_token`).
"""

import re
from typing import Final

import msgspec
from django.conf import settings
from msgspec import Struct

from engine.signing import InvalidSignatureError, Signer
from gateway.services.customer_token import CustomerTokenError, read_customer_token
from gateway.services.key_ring import KeyEntry, KeyRing

MAX_LINK_DAYS: Final = 365
MAX_LINK_LENGTH: Final = 1200
_VERSION: Final = 1
_CUSTOMER_TOKEN: Final = re.compile(r"(ss_[A-Za-z0-9_-]{8})\.", re.ASCII)
_signer: Final = Signer(b"awase.prefs", mac_bytes=32)
_encoder: Final = msgspec.msgpack.Encoder()


class _Payload(Struct, frozen=True, array_like=True):
    """What a link of Awase says; `expires_at` in seconds since 1970-01-01 UTC."""

    version: int
    customer: str
    expires_at: int


_decoder: Final = msgspec.msgpack.Decoder(_Payload)


class PreferenceLink(Struct, frozen=True):
    """The customer of a link, and the origins whose pages may embed it."""

    customer: str
    origins: tuple[str, ...]


class InvalidLinkError(ValueError):
    """A link that nobody here signed, or that has ended."""

    def __init__(self, *, is_expired: bool) -> None:
        super().__init__("The link has expired." if is_expired else "The link is not valid.")
        self.is_expired = is_expired


def issue_link_token(*, customer: str, expires_at: int) -> str:
    """Return the token of a link for a customer, until a time in seconds."""
    return _signer.sign(_encoder.encode(_Payload(_VERSION, customer, expires_at)), settings.SECRET_KEY)


def read_link_token(text: str, *, ring: KeyRing, at: int) -> PreferenceLink:
    """Return what a link says; raise InvalidLinkError. `at` is in seconds.

    The origins of the key whose secret signed a link may embed it; of a link of Awase, those of all
    publishable keys. A key without origins names none.
    """
    if len(text) > MAX_LINK_LENGTH:
        raise InvalidLinkError(is_expired=False)
    named = _CUSTOMER_TOKEN.match(text)
    if named is not None:
        return _read_customer_link(text, named[1], ring, at)
    try:
        payload = _decoder.decode(_signer.verify(text, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)))
    except (InvalidSignatureError, msgspec.MsgspecError) as error:
        raise InvalidLinkError(is_expired=False) from error
    if payload.expires_at <= at:
        raise InvalidLinkError(is_expired=True)
    return PreferenceLink(payload.customer, _origins(*ring.keys))


def _read_customer_link(text: str, name: str, ring: KeyRing, at: int) -> PreferenceLink:
    key = next((one for one in ring.keys if one.accepts(name, at)), None)
    if key is None:
        raise InvalidLinkError(is_expired=False)
    try:
        customer = read_customer_token(text, key=key, ring=ring, at=at)
    except CustomerTokenError as error:
        raise InvalidLinkError(is_expired=error.code == "token_expired") from error
    return PreferenceLink(customer, _origins(key))


def _origins(*keys: KeyEntry) -> tuple[str, ...]:
    return tuple(sorted({origin for key in keys if not key.is_secret for origin in key.origins}))
