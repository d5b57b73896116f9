"""Asking for offers, and the answer."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from engine.decision.types import CartLine as DecidedLine
from gateway.api.shapes.types import Code, Id, Locale, Money, Quantity, Sku


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


class OfferedProduct(msgspec.Struct, frozen=True):
    """A proposed product: `price` is one unit's list price, `offer_price` all its units' together.

    `quantity` is what its line holds then: of a quantity discount, what is there already included.
    """

    sku: str
    name: str
    quantity: int
    image_url: str
    page_url: str
    price: Money
    offer_price: Money


class OfferPrice(msgspec.Struct, frozen=True):
    """What the whole proposal costs, with and without the offer.

    `prior` is there where the offer saves something and the price history reaches back: the lowest price
    of the 30 days before the reduction began, which is what the law lets stand struck through.
    """

    list: Money
    offer: Money
    saving: Money
    prior: Money | UnsetType = UNSET


class OfferReason(msgspec.Struct, frozen=True):
    """Why it is proposed: a stable code, a sentence for shoppers, the evidence in figures."""

    code: str
    text: str
    evidence: dict[str, int | float | str]


class NextTierAnswer(msgspec.Struct, frozen=True):
    """`more` units make `quantity`, which cost `total`; the cart then saves `gain` more than now."""

    more: int
    quantity: int
    total: Money
    gain: Money


class MissingAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the cart lacks for the reward: an amount to spend, or units."""

    spend: Money | UnsetType = UNSET
    units: int | UnsetType = UNSET


class RewardAnswer(msgspec.Struct, frozen=True):
    """What there is for it; a gift stands among `products`. `percent` is “7.5” for 7.5 %."""

    free_shipping: bool
    percent: str | UnsetType = UNSET
    amount: Money | UnsetType = UNSET


class SubscriptionAnswer(msgspec.Struct, frozen=True):
    """A delivery costs `now` and, from number `from_cycle` on, `later`. No intervals: every one."""

    now: Money
    later: Money
    from_cycle: int
    interval_days: list[int]


class AddOnAnswer(msgspec.Struct, frozen=True):
    """The options of the product `on`; `offer_price` of one is its surcharge beyond the included ones.

    Counts are for each unit of the product. The proposal's own price is that of the smallest choice.
    """

    on: str
    options: list[OfferedProduct]
    min_count: int
    max_count: int | None
    included_count: int


class OfferAnswer(msgspec.Struct, frozen=True):
    """One proposal. `replaces` is the SKU that an upgrade takes the place of.

    `next` belongs to a quantity discount, `missing` and `reward` to a threshold, `subscription` and
    `add_on` to those kinds. Each product of `reached_by` would, with so many units in the cart, reach a
    threshold's reward.
    """

    offer: str
    kind: str
    position: int
    headline: str
    body: str
    products: list[OfferedProduct]
    replaces: str | None
    gains: list[str]
    price: OfferPrice
    strategy: str
    reason: OfferReason
    next: NextTierAnswer | UnsetType = UNSET
    missing: MissingAnswer | UnsetType = UNSET
    reward: RewardAnswer | UnsetType = UNSET
    reached_by: list[OfferedProduct] | UnsetType = UNSET
    subscription: SubscriptionAnswer | UnsetType = UNSET
    add_on: AddOnAnswer | UnsetType = UNSET


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
