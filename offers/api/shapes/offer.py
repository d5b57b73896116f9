"""The requests and the response of the offers endpoints."""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import FieldInfo, fields

from engine.conditions import CONDITIONS
from engine.decision.guards import GUARDS
from engine.decision.page import PAGE_GUARDS
from engine.decision.strategies import STRATEGIES
from engine.decision.types import CartItem
from engine.restraint.rulings import REASONS as RESTRAINT_REASONS
from gateway.api.shapes.known import know_values
from gateway.api.shapes.types import (
    ChannelCode,
    Code,
    Country,
    CustomerToken,
    Id,
    Locale,
    MomentText,
    OwnValues,
    Quantity,
    Sku,
    TimeZone,
    VisitorId,
)
from gateway.api.shapes.variants import know_variants
from offers.api.shapes.proposal import OfferReason, ProposalAnswer
from offers.kinds.registry import all_kinds


class CartLine(CartItem, frozen=True, forbid_unknown_fields=True):
    """A line of the shopper's cart. It has no price: prices come from the catalogue."""

    sku: Sku
    quantity: Quantity = 1


MAX_PLACEMENTS = 10


class OffersRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The context to decide for, and either one `placement` or several `placements` of one page."""

    placement: Annotated[Code, Meta(description="Required without `placements`.")] | UnsetType = UNSET
    placements: (
        Annotated[
            tuple[Code, ...],
            Meta(
                min_length=1,
                max_length=MAX_PLACEMENTS,
                description="The placements of the page, each once. Earlier ones choose first. The page "
                "shows no product, gift, bundle, ladder or reward twice.",
            ),
        ]
        | UnsetType
    ) = UNSET
    cart: Annotated[tuple[CartLine, ...], Meta(max_length=200)] = ()
    product: Annotated[Sku | None, Meta(description="The product of the page.")] = None
    customer: Annotated[
        Id | None, Meta(description="The shop's own customer ID. Pages send `customer_token`.")
    ] = None
    customer_token: CustomerToken | None = None
    session: Annotated[
        Id | None,
        Meta(description="The visit, for example a random ID of the browser. Events must name the same."),
    ] = None
    visitor: VisitorId | None = None
    channel: ChannelCode = "web"
    locale: Locale | None = None
    country: Annotated[Country | None, Meta(description="The shopper's country.")] = None
    time_zone: Annotated[
        TimeZone | None,
        Meta(
            description="The shopper's time zone, for quiet periods. It replaces their attribute `time_zone`."
        ),
    ] = None
    context: OwnValues = {}
    limit: Annotated[int, Meta(ge=1, le=24)] | None = None
    exclude: Annotated[
        tuple[Sku, ...], Meta(max_length=200, description="SKUs that must not be offered, even as a gift.")
    ] = ()
    exclude_offers: Annotated[
        tuple[Code, ...], Meta(max_length=200, description="Codes of offers that must not be shown.")
    ] = ()
    viewed: Annotated[
        tuple[Sku, ...],
        Meta(
            max_length=20,
            description="SKUs that the shopper looked at in this visit, if you keep them in the browser. "
            "They rank higher, as if reported as `view` events.",
        ),
    ] = ()
    explain: Annotated[bool, Meta(description="Include a trace. Requires a secret key.")] = False


class OffersQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cacheable form: it contains nothing about a shopper."""

    placement: Code
    key: Annotated[
        str | None, Meta(description="A publishable key, instead of the Authorization header.")
    ] = None
    product: Sku | None = None
    locale: Locale | None = None
    channel: ChannelCode = "web"
    country: Country | None = None
    context: Annotated[
        str | None, Meta(description="A JSON object like `context` of the POST request, percent-encoded.")
    ] = None
    limit: Annotated[int, Meta(ge=1, le=24)] | None = None


def _fields_of_kinds() -> dict[str, list[FieldInfo]]:
    """Return the fields that each installed kind adds, by its code."""
    return {kind.code: list(fields(kind.api_fields)) for kind in all_kinds() if kind.api_fields is not None}


if TYPE_CHECKING:
    OfferAnswer = ProposalAnswer
else:
    # A proposal leaves out the fields of other kinds.
    OfferAnswer = msgspec.defstruct(
        "OfferAnswer",
        [
            (field.name, field.type | UnsetType, UNSET)
            for added in _fields_of_kinds().values()
            for field in added
        ],
        bases=(ProposalAnswer,),
        namespace={"__doc__": "One proposal. Some kinds of offer have fields of their own."},
        module=__name__,
        frozen=True,
    )


class NoteAnswer(msgspec.Struct, frozen=True):
    """A remark that is not an error, such as an unknown SKU."""

    code: str
    pointer: str
    detail: str


class CandidateAnswer(msgspec.Struct, frozen=True):
    """A candidate: its score, and the guard that removed it, if any.

    `detail` has the figures behind its rank. `ranked_by` is `margin` or `sales`, and `value` what it is
    expected to add. `answers_shown`, `answers_expected` and `answers_accepted` are the answers of shoppers to
    it; `acceptance_ratio` and `exploration` multiply its relevance. `answers_audience` is the audience whose
    answers they are. `fit_declined`, `fit_accepted` and `fit_share` say how it fits on pages of the category.
    """

    sku: str
    strategy: str
    score: float
    removed_by: str | None
    detail: dict[str, int | float | str]


class FailedConditionAnswer(msgspec.Struct, frozen=True):
    """The single condition that was not met, and what it saw.

    `place` is its JSON pointer in the conditions of the offer, `needed` its values. With `unwanted`, it was
    met and must not be: it is in a group of which none may be met.
    """

    type: str
    place: str
    op: str
    needed: dict[str, Any]
    seen: Any
    unwanted: bool


class TraceAnswer(msgspec.Struct, frozen=True):
    """An offer: the conditions it met, and in `failed` the first it did not meet, or `not_asked`.

    If that is one of the conditions of its tree, `failed_condition` says which.
    """

    offer: str
    matched: list[str]
    failed: str | None
    candidates: list[CandidateAnswer]
    failed_condition: FailedConditionAnswer | UnsetType = UNSET


class OffersAnswer(msgspec.Struct, frozen=True):
    """The offers of a placement, best first.

    `generation` is the time at which the statistics were published.
    """

    decision_id: str
    placement: str
    generation: MomentText | None
    offers: list[OfferAnswer]
    notes: list[NoteAnswer]
    trace: list[TraceAnswer] | UnsetType = UNSET


class PlacementAnswer(msgspec.Struct, frozen=True):
    """The offers of one placement of a page, best first. Positions count from 1 in each placement."""

    placement: str
    decision_id: str
    offers: list[OfferAnswer]
    trace: list[TraceAnswer] | UnsetType = UNSET


class PageAnswer(msgspec.Struct, frozen=True):
    """The offers of several placements of one page, in the order of the request.

    `generation` is the time at which the statistics were published.
    """

    generation: MomentText | None
    placements: list[PlacementAnswer]
    notes: list[NoteAnswer]


# A kind without strategies is the source of its own proposals.
SOURCES = {*STRATEGIES, *(kind.code for kind in all_kinds())}
REASONS = SOURCES | {strategy.reason for strategy in STRATEGIES.values() if strategy.reason}

# What a condition of an offer that was not met is called, beside those of `engine.conditions`.
CONDITION_NAMES = {condition.name for condition in CONDITIONS} | {
    *RESTRAINT_REASONS,
    "excluded_offer",
    "currency",
}
KIND_CODES = {code for kind in all_kinds() for code in kind.codes}
REMOVALS = {guard.reason for guard in (*GUARDS, *PAGE_GUARDS)} | {"no_slot_left", "offer_has_enough"}

know_variants(
    OfferAnswer,
    "kind",
    {kind.code: [field.name for field in _fields_of_kinds().get(kind.code, ())] for kind in all_kinds()},
)
know_values(OfferAnswer, strategy=SOURCES)
know_values(CandidateAnswer, strategy=SOURCES, removed_by=REMOVALS | KIND_CODES)
know_values(TraceAnswer, matched=CONDITION_NAMES, failed=CONDITION_NAMES | {"not_asked"})
know_values(OfferReason, code=REASONS)
know_values(
    NoteAnswer,
    code=[
        *("unknown_sku", "inactive_placement", "history_unavailable", "not_personalised"),
        *("not_in_decision", "decision_expired", "decision_in_future"),
    ],
)
