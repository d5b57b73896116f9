"""Decision tokens: a decision, signed and handed to the storefront instead of being stored.

A token is a signed msgpack payload (`engine.signing`). Whoever sends it back proves which offers were
shown at which positions and prices. It is signed with SECRET_KEY; tokens signed with one of
SECRET_KEY_FALLBACKS remain valid, so a secret can be rotated.

A token also states who the decision was made for, as a keyed digest: whoever reads one does not learn the id
of the customer, and cannot use it for another.
"""

import hmac
import random
from collections.abc import Sequence
from typing import Final

import msgspec
from django.conf import settings

from engine.decision.types import Proposal
from engine.signing import InvalidSignatureError, Signer
from gateway.services.remembered import remembered
from offers.kinds.registry import kind_of

MAX_AGE_SECONDS: Final = 30 * 24 * 3600
# How far the clocks of our own hosts may differ.
CLOCK_SKEW_SECONDS: Final = 300
MAX_TOKEN_LENGTH: Final = 32_768
_FOREIGN: Final = "This shop did not issue this decision."
_IN_FUTURE: Final = "The decision was made later. Check the time that was sent and the clocks of the servers."
_VERSION: Final = 1
# A token's numbers have 64 bits. No real order costs as much, but a request can exceed it.
_MAX_NUMBER: Final = 2**63 - 1


class InvalidTokenError(ValueError):
    """A token that this shop did not sign, or of another time. `code` says which."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class ShownProduct(msgspec.Struct, frozen=True, array_like=True):
    """A proposed product; `offer_minor` is what all its units cost together under the offer."""

    sku: str
    quantity: int
    offer_minor: int


class ShownOffer(msgspec.Struct, frozen=True, array_like=True):
    """One offer of a decision: what was shown at which position and for how much.

    `replaces` is the SKU that an upgrade takes the place of, `version` that of the offer's terms. `named` are
    SKUs that were shown as a way to it, such as those that reach a reward.
    """

    offer: str
    position: int
    products: tuple[ShownProduct, ...]
    offer_minor: int
    currency: str
    replaces: str | None = None
    version: int = 1
    named: tuple[str, ...] = ()


class DecisionToken(msgspec.Struct, frozen=True, array_like=True):
    """What a token says. `id` names the decision in events and attributions: 24 hex digits.

    `arm` names the arm of an experiment and is empty while there is none; `key` is the primary key
    of the API key that asked, 0 where the answer may be shared. `customer` and `session` are digests of who
    the decision was made for, empty for none. `channel` is where it was shown.
    """

    version: int
    id: str
    decided_at: int
    key: int
    placement: str
    arm: str
    shown: tuple[ShownOffer, ...]
    customer: bytes = b""
    session: bytes = b""
    channel: str = "web"

    @property
    def is_shared(self) -> bool:
        """Return whether the decision may be shown to many, because its answer may be cached."""
        return self.key == 0

    def find(self, offer: str, position: int) -> ShownOffer | None:
        """Return the offer shown at that position, None where another or none was."""
        return next((s for s in self.shown if s.offer == offer and s.position == position), None)

    def offer_of(self, sku: str) -> ShownOffer | None:
        """Return the best placed offer that proposed this SKU, else the best placed one that named it."""
        proposed = (s for s in self.shown if any(p.sku == sku for p in s.products))
        return next(proposed, None) or next((s for s in self.shown if sku in s.named), None)


_signer: Final = Signer(b"awase.decision", mac_bytes=32)
_customer_signer: Final = Signer(b"awase.owner", mac_bytes=12)
_session_signer: Final = Signer(b"awase.session", mac_bytes=12)
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(DecisionToken)


@remembered
def _secret() -> str:
    return settings.SECRET_KEY


def new_decision_id() -> str:
    """Return the ID of a decision: 24 hex digits."""
    # An ID has to differ from all others, not to be a secret: the signature is what cannot be guessed.
    return f"{random.getrandbits(96):024x}"


def issue_decision_token(
    *,
    proposals: Sequence[Proposal],
    placement: str,
    decided_at: int,
    decision_id: str = "",
    key: int = 0,
    arm: str = "",
    customer: str | None = None,
    session: str | None = None,
    channel: str = "web",
) -> str:
    """Return the signed token of a decision; `decided_at` is in seconds since 1970-01-01 UTC.

    `customer` and `session` are who the decision was made for; without them, anybody may report on it.
    Without `decision_id`, the decision gets a new ID.
    """
    decision_id, secret = decision_id or new_decision_id(), _secret()
    token = DecisionToken(
        _VERSION,
        decision_id,
        decided_at,
        key,
        placement,
        arm,
        tuple([_shown(proposal) for proposal in proposals]),
        _digest(_customer_signer, decision_id, customer, secret),
        _digest(_session_signer, decision_id, session, secret),
        channel,
    )
    return _signer.sign(_encoder.encode(token), secret)


def _shown(proposal: Proposal) -> ShownOffer:
    """Return what the token states of a proposal."""
    products = [ShownProduct(p.sku, p.quantity, min(p.offer_minor, _MAX_NUMBER)) for p in proposal.products]
    return ShownOffer(
        proposal.offer,
        proposal.position,
        tuple(products),
        min(proposal.offer_minor, _MAX_NUMBER),
        proposal.currency,
        proposal.replaces,
        proposal.version,
        _named(proposal),
    )


def is_for_customer(token: DecisionToken, customer: str) -> bool:
    """Return whether the decision was made for this customer."""
    return _is_digest_of(_customer_signer, token.customer, token.id, customer)


def is_for_session(token: DecisionToken, session: str) -> bool:
    """Return whether the decision was made for this session."""
    return _is_digest_of(_session_signer, token.session, token.id, session)


def _is_digest_of(signer: Signer, digest: bytes, decision_id: str, value: str) -> bool:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(_digest(signer, decision_id, value, one), digest) for one in secrets)


def _digest(signer: Signer, decision_id: str, value: str | None, secret: str) -> bytes:
    """Return the digest of a value in this decision, empty for none. It differs from decision to decision."""
    return signer.mac(f"{decision_id} {value}".encode(), secret) if value else b""


def _named(proposal: Proposal) -> tuple[str, ...]:
    """Return the SKUs that the proposal names in addition to its products."""
    return () if proposal.detail is None else kind_of(proposal.kind).named_by(proposal.detail)


def read_decision_token(text: str, *, at: int) -> DecisionToken:
    """Return what a token says; raise InvalidTokenError if it is forged, damaged, expired or made later."""
    if len(text) > MAX_TOKEN_LENGTH:
        raise InvalidTokenError("decision_invalid", _FOREIGN)
    try:
        payload = _signer.verify(text, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
        token = _decoder.decode(payload)
    except InvalidSignatureError as error:
        raise InvalidTokenError("decision_invalid", _FOREIGN) from error
    except msgspec.MsgspecError as error:
        raise InvalidTokenError("decision_invalid", "The decision has an unknown version.") from error
    if token.decided_at - at > CLOCK_SKEW_SECONDS:
        raise InvalidTokenError("decision_in_future", _IN_FUTURE)
    if at - token.decided_at > MAX_AGE_SECONDS:
        raise InvalidTokenError("decision_expired", "The decision is older than 30 days.")
    return token
