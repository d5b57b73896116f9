"""Bodies of the quote and redemption endpoints."""

from typing import Annotated, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from checkout.models import RedemptionState
from checkout.services.hold import LONGEST_HOLD_MINUTES
from checkout.services.quote.codes import CODE_REFUSALS
from engine.conditions import CONDITIONS
from engine.pricing.answer import Status
from engine.pricing.claim import Cut, MissingKind
from gateway.api.shapes.known import know_values
from gateway.api.shapes.pattern import text_of
from gateway.api.shapes.types import (
    ChannelCode,
    Code,
    Country,
    Currency,
    CustomerToken,
    Id,
    Locale,
    MomentText,
    Money,
    OwnValues,
    Quantity,
    Sku,
    VisitorId,
)
from offers.api.shapes.offer import KIND_CODES, NoteAnswer

MAX_LINES = 200
Interval = Annotated[int, Meta(ge=1, le=3650, description="For subscriptions: days between deliveries.")]
Cycle = Annotated[
    int,
    Meta(
        ge=1, le=100_000, description="For subscriptions: number of this delivery. Defaults to 1, the first."
    ),
]


LINE_ID_PATTERN = r"^[^\x00-\x1f\x7f\u2028\u2029]{1,64}\Z"
LINE_ID_SENTENCE = "1 to 64 characters, without control characters and line breaks."
LineId = Annotated[
    str,
    text_of(LINE_ID_PATTERN, LINE_ID_SENTENCE, "The shop's own ID of the line, unique in the cart."),
]


class QuoteOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An option that is added to each unit of a line."""

    sku: Sku
    quantity: Annotated[int, Meta(ge=1, le=1000, description="Per unit.")] = 1


class QuoteCartLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the cart. Prices come from the catalogue; `unit_price` is only compared with them."""

    sku: Sku
    id: LineId | None = None
    quantity: Quantity = 1
    unit_price: Annotated[
        Money | None,
        Meta(description="The list price that the client shows. A difference is reported in `notes`."),
    ] = None
    interval_days: Interval | None = None
    cycle: Cycle | None = None
    options: Annotated[tuple[QuoteOption, ...], Meta(max_length=50)] = ()


class QuoteAcceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An accepted proposal. `position` is required if the decision proposed the offer more than once."""

    decision_id: Annotated[str, Meta(min_length=1, max_length=32_768)]
    offer: Code
    position: Annotated[int, Meta(ge=1, le=24)] | None = None


PromotionCodeText = Annotated[
    str, text_of(r"^[^\x00-\x1f\x7f-\x9f]{1,64}\Z", "1 to 64 characters, without control characters.")
]


class QuoteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cart to price, with the proposals that the shopper accepted."""

    cart: Annotated[tuple[QuoteCartLine, ...], Meta(min_length=1, max_length=MAX_LINES)]
    accept: Annotated[tuple[QuoteAcceptance, ...], Meta(max_length=50)] = ()
    codes: Annotated[tuple[PromotionCodeText, ...], Meta(max_length=20)] = ()
    customer: Annotated[
        Id | None, Meta(description="The shop's own customer ID. Pages send `customer_token`.")
    ] = None
    customer_token: CustomerToken | None = None
    visitor: VisitorId | None = None
    currency: Annotated[Currency | None, Meta(description="Defaults to the currency of the products.")] = None
    locale: Locale | None = None
    channel: Annotated[
        ChannelCode, Meta(description="Where the cart is shown. A quote does not depend on it.")
    ] = "web"
    country: Annotated[Country | None, Meta(description="The shopper's country.")] = None
    context: OwnValues = {}


class UnitsAnswer(msgspec.Struct, frozen=True):
    """Units of a line that have the same price."""

    quantity: int
    unit_price: Money
    discount: Money


class TakenAnswer(msgspec.Struct, frozen=True):
    """The discount that an offer gives on a line."""

    offer: str
    amount: Money


class ShareAnswer(msgspec.Struct, frozen=True):
    """Units requested by one line of the cart. `line` is its index in the request, `id` the shop's own ID."""

    line: int
    id: str | None
    quantity: int
    total: Money


class OptionAnswer(msgspec.Struct, frozen=True):
    """An option on each unit of a line."""

    sku: str
    quantity: int


class QuotedLine(msgspec.Struct, frozen=True):
    """All equal units of the cart. `line` is the index in the quote; `of` lists the request lines in it.

    `parent` is the line that an option belongs to. `gift_of` is the offer that gives the line as a gift.
    `total` is `list` minus `discount`, and includes tax if the prices do. `gross` is `net` plus `tax`.
    `prior_price` is the reference price of a reduced unit: the lowest price in the 30 days before the
    reduction began.
    """

    line: int
    sku: str
    name: str
    quantity: int
    interval_days: int | None
    cycle: int | None
    options: tuple[OptionAnswer, ...]
    parent: int | None
    gift_of: str | None
    of: tuple[ShareAnswer, ...]
    list_unit_price: Money
    prior_price: Money | None
    list: Money
    discount: Money
    total: Money
    units: tuple[UnitsAnswer, ...]
    taken: tuple[TakenAnswer, ...]
    net: Money
    tax: Money
    gross: Money


class QuotedMissing(msgspec.Struct, frozen=True):
    """What the cart lacks: `amount` more in value, or `count` more units, options or acceptances.

    `skus` lists the products that count, at most 24. If it is empty, every product counts, or every product
    of a category.
    """

    kind: str
    amount: Money | None
    count: int | None
    skus: list[str]


class ShareOfOffer(msgspec.Struct, frozen=True):
    """The discount that an offer gives on one line."""

    line: int
    amount: Money


class QuotedOffer(msgspec.Struct, frozen=True):
    """The outcome of an offer for this cart.

    `status` is `applied`, `not_yet` (see `missing`), `superseded` (see `by`), `limit_reached`, `expired` or
    `not_eligible` (see `reason`). `cuts` lists what reduced the discount.
    """

    offer: str
    status: str
    discount: Money
    lines: tuple[ShareOfOffer, ...]
    missing: tuple[QuotedMissing, ...]
    by: str | None
    reason: str | None
    cuts: tuple[str, ...]
    free_shipping: bool


class QuoteTotals(msgspec.Struct, frozen=True):
    """Totals of all lines. The shopper pays `gross`, which equals `total` if prices include tax."""

    list: Money
    discount: Money
    total: Money
    net: Money
    tax: Money
    gross: Money


class QuoteNoteAnswer(NoteAnswer, frozen=True):
    """A remark about the quote. `available` is how many units can be delivered, in notes about stock."""

    available: int | UnsetType = UNSET


class UnavailableAnswer(msgspec.Struct, frozen=True):
    """A product that cannot be delivered as quoted, because it is `hidden` or `short_of_stock`.

    `quantity` is its units in the whole quote, and `available` is how many of them can be delivered.
    """

    sku: str
    reason: str
    quantity: int
    available: int


class QuoteAnswer(msgspec.Struct, frozen=True):
    """A quote. Its prices are guaranteed if it is redeemed before `expires_at`."""

    quote_id: str
    expires_at: MomentText
    currency: str
    tax_included: bool
    lines: tuple[QuotedLine, ...]
    offers: tuple[QuotedOffer, ...]
    totals: QuoteTotals
    free_shipping: bool
    unavailable: tuple[UnavailableAnswer, ...]
    notes: tuple[QuoteNoteAnswer, ...]


class RedeemLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the cart that the shopper is about to pay for. `id` is not compared."""

    sku: Sku
    id: LineId | None = None
    quantity: Quantity = 1
    interval_days: Interval | None = None
    cycle: Cycle | None = None
    options: Annotated[tuple[QuoteOption, ...], Meta(max_length=50)] = ()


HoldMinutes = Annotated[int, Meta(ge=1, le=LONGEST_HOLD_MINUTES)]


class RedeemBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An empty object, or the cart and the customer, which must then match those of the quote.

    `hold_minutes` is for payments that take longer, such as bank transfers.
    """

    # Defaults are omitted, so that a field added in a later release does not change what repeated requests
    # are compared by.

    cart: Annotated[tuple[RedeemLine, ...], Meta(max_length=MAX_LINES)] | None = None
    customer: Annotated[
        Id | None, Meta(description="The shop's own ID of the customer who is about to pay.")
    ] = None
    hold_minutes: Annotated[
        HoldMinutes | None, Meta(description="How long the quote stays reserved. Defaults to 15 minutes.")
    ] = None


class ExtendBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the quote stays reserved, counted from its redemption."""

    hold_minutes: HoldMinutes


class ReleaseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object."""


class RedemptionNoteAnswer(NoteAnswer, frozen=True):
    """What was used up when a quote was redeemed or its payment arrived after the reservation.

    `code` is `gift_sold_out` (the gift `sku` of the `offer` is out of stock) or `limit_exceeded` (the `offer`
    is used more often, or costs more, than its limits allow). `pointer` leads to the line or the offer.
    """

    offer: str
    sku: str | None


class RedemptionAnswer(msgspec.Struct, frozen=True):
    """The state of a quote: `reserved` (until `expires_at`), `committed`, `released` or `expired`.

    An expired quote can still be committed. `notes` name what was used up.
    """

    quote_id: str
    state: str
    expires_at: MomentText
    to_pay: Money
    order_id: str | None
    notes: tuple[RedemptionNoteAnswer, ...]


# Why an offer is not eligible, beside the conditions of offers and the codes of each kind.
REASONS = {
    "not_started",
    "currency",
    "no_saving",
    "margin_floor",
    "max_discount",
    "no_lane",
    "not_in_cart",
} | {condition.reason for condition in CONDITIONS}

know_values(QuotedOffer, status=get_args(Status), cuts=get_args(Cut), reason=REASONS | KIND_CODES)
know_values(QuotedMissing, kind=get_args(MissingKind))
know_values(UnavailableAnswer, reason=["hidden", "short_of_stock"])
know_values(RedemptionAnswer, state=RedemptionState.values)
know_values(RedemptionNoteAnswer, code=["gift_sold_out", "limit_exceeded"])
know_values(
    QuoteNoteAnswer,
    code=[
        *CODE_REFUSALS,
        "gift_sold_out",
        "hidden",
        "offer_changed",
        "option_dropped",
        "price_changed",
        "short_of_stock",
    ],
)
