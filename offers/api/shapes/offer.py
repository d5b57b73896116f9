"""Asking for offers, and the answer."""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import FieldInfo, fields

from engine.decision.types import CartLine as DecidedLine
from gateway.api.shapes.types import Code, Id, Locale, Quantity, Sku
from offers.api.shapes.proposal import ProposalAnswer
from offers.kinds.registry import all_kinds


class CartLine(DecidedLine, frozen=True, forbid_unknown_fields=True):
    """A line of the shopper's cart. It names no price: prices come from the catalogue."""

    sku: Sku
    quantity: Quantity = 1


class OffersRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The context in which offers are wanted."""

    placement: Code
    cart: Annotated[tuple[CartLine, ...], Meta(max_length=200)] = ()
    product: Annotated[Sku | None, Meta(description="The product of the page.")] = None
    customer: Annotated[Id | None, Meta(description="The shop's own id of the shopper.")] = None
    locale: Locale | None = None
    limit: Annotated[int, Meta(ge=1, le=24)] | None = None
    exclude: Annotated[tuple[Sku, ...], Meta(max_length=200, description="SKUs never to propose.")] = ()
    explain: Annotated[bool, Meta(description="Answer with the whole trace; takes a secret key.")] = False


class OffersQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cacheable form: nothing in it is about one shopper."""

    placement: Code
    product: Sku | None = None
    locale: Locale | None = None
    limit: Annotated[int, Meta(ge=1, le=24)] | None = None


def _fields_of_kinds() -> dict[str, list[FieldInfo]]:
    """Return the fields that each installed kind adds, by its code."""
    return {kind.code: list(fields(kind.api_fields)) for kind in all_kinds() if kind.api_fields is not None}


def _documentation() -> str:
    """Say which fields belong to which kind."""
    own = (
        f"{', '.join(f'`{field.name}`' for field in added)} of the kind `{code}`"
        for code, added in _fields_of_kinds().items()
    )
    text = "One proposal. `replaces` is the SKU that an upgrade replaces. Only there for one kind"
    return f"{text}: {'; '.join(own)}."


if TYPE_CHECKING:
    OfferAnswer = ProposalAnswer
else:
    # A proposal goes without the fields of other kinds.
    OfferAnswer = msgspec.defstruct(
        "OfferAnswer",
        [
            (field.name, field.type | UnsetType, UNSET)
            for added in _fields_of_kinds().values()
            for field in added
        ],
        bases=(ProposalAnswer,),
        namespace={"__doc__": _documentation()},
        module=__name__,
        frozen=True,
    )


class NoteAnswer(msgspec.Struct, frozen=True):
    """Something about the request that is worth knowing and no error, such as an unknown SKU."""

    code: str
    pointer: str
    detail: str


class CandidateAnswer(msgspec.Struct, frozen=True):
    """What became of a candidate: its score, and the first guard that removed it."""

    sku: str
    strategy: str
    score: float
    removed_by: str | None
    detail: dict[str, int | float | str]


class TraceAnswer(msgspec.Struct, frozen=True):
    """What became of an offer: the conditions that held and the one that did not."""

    offer: str
    matched: list[str]
    failed: str | None
    candidates: list[CandidateAnswer]


class OffersAnswer(msgspec.Struct, frozen=True):
    """The offers of a placement, best first. `generation` is when the statistics were learned."""

    decision_id: str
    placement: str
    generation: str | None
    offers: list[OfferAnswer]
    notes: list[NoteAnswer]
    trace: list[TraceAnswer] | UnsetType = UNSET


OFFERS_EXAMPLE: dict[str, Any] = {
    "placement": "cart",
    "cart": [{"sku": "1082185", "quantity": 2}],
    "customer": "c-123",
    "locale": "ja",
    "limit": 4,
}
