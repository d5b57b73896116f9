"""Asking for a quote, redeeming it, and the answers."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gateway.api.shapes.types import Code, Currency, Id, Money, Quantity, Sku
from offers.api.shapes.offer import NoteAnswer

MAX_LINES = 200
Interval = Annotated[int, Meta(ge=1, le=3650, description="A subscription: every so many days.")]
Cycle = Annotated[
    int,
    Meta(ge=1, le=100_000, description="Which delivery of the subscription this is; left out, the first."),
]


class QuoteOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An option on each unit of its line."""

    sku: Sku
    quantity: Annotated[int, Meta(ge=1, le=1000, description="On each unit.")] = 1


class QuoteCartLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the cart. Prices come from the catalogue; `unit_price` is compared, never used."""

    sku: Sku
    quantity: Quantity = 1
    unit_price: Annotated[Money | None, Meta(description="What the client believes it lists at.")] = None
    interval_days: Interval | None = None
    cycle: Cycle | None = None
    options: Annotated[tuple[QuoteOption, ...], Meta(max_length=50)] = ()


class QuoteAcceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A proposal that the shopper took. `position` is needed where its offer was proposed twice."""

    decision_id: Annotated[str, Meta(min_length=1, max_length=32_768)]
    offer: Code
    position: Annotated[int, Meta(ge=1, le=24)] | None = None


PromotionCodeText = Annotated[
    str, Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]{1,64}(?![\s\S])", description="1 to 64 characters.")
]


class QuoteBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cart to price, with what the shopper accepted."""

    cart: Annotated[tuple[QuoteCartLine, ...], Meta(min_length=1, max_length=MAX_LINES)]
    accept: Annotated[tuple[QuoteAcceptance, ...], Meta(max_length=50)] = ()
    codes: Annotated[tuple[PromotionCodeText, ...], Meta(max_length=20)] = ()
    customer: Annotated[Id | None, Meta(description="The shop's own id of the shopper.")] = None
    currency: Annotated[Currency | None, Meta(description="That of the products, if left out.")] = None


class UnitsAnswer(msgspec.Struct, frozen=True):
    """Units of a line that cost the same."""

    quantity: int
    unit_price: Money
    discount: Money


class TakenAnswer(msgspec.Struct, frozen=True):
    """What an offer took off."""

    offer: str
    amount: Money


class ShareAnswer(msgspec.Struct, frozen=True):
    """Units that a line of the request asked for; `line` is its place in the request."""

    line: int
    quantity: int
    total: Money


class OptionAnswer(msgspec.Struct, frozen=True):
    """An option on each unit."""

    sku: str
    quantity: int


class QuotedLine(msgspec.Struct, frozen=True):
    """All equal units. `line` is its place here, `of` says which of the request's lines it holds.

    `parent` is the line whose option this is, `gift_of` the offer that gives it. `total` is list -
    discount, in the prices' own tax terms; net + tax = gross. `prior_price` is what may stand struck
    through beside a reduced unit: the lowest of the 30 days before its reduction began.
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
    """What the cart lacks: `amount` more of spend, or `count` more units, options or acceptances.

    `skus` are the products that count, at most 24 of them; none named: whatever the shop sells, or a
    whole category.
    """

    kind: str
    amount: Money | None
    count: int | None
    skus: list[str]


class ShareOfOffer(msgspec.Struct, frozen=True):
    """What an offer took of a line."""

    line: int
    amount: Money


class QuotedOffer(msgspec.Struct, frozen=True):
    """What became of an offer.

    `status` is applied, not_yet (see `missing`), superseded (see `by`), limit_reached, expired or
    not_eligible (see `reason`). `cuts` say what kept it from giving more.
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
    """Sums of the lines. What the shopper pays is `gross`; it is `total` where prices include tax."""

    list: Money
    discount: Money
    total: Money
    net: Money
    tax: Money
    gross: Money


class QuoteAnswer(msgspec.Struct, frozen=True):
    """A promise: redeem it under `quote_id` before `expires_at`, and these prices hold."""

    quote_id: str
    expires_at: str
    currency: str
    tax_included: bool
    lines: tuple[QuotedLine, ...]
    offers: tuple[QuotedOffer, ...]
    totals: QuoteTotals
    free_shipping: bool
    notes: tuple[NoteAnswer, ...]


class RedeemLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the cart that is about to be paid for."""

    sku: Sku
    quantity: Quantity = 1
    interval_days: Interval | None = None
    cycle: Cycle | None = None
    options: Annotated[tuple[QuoteOption, ...], Meta(max_length=50)] = ()


class RedeemBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What redeeming takes: nothing, or the cart and the customer again, which must then be the quote's.

    Calls are compared by what they say: a field that comes with a later release makes none another.
    """

    cart: Annotated[tuple[RedeemLine, ...], Meta(max_length=MAX_LINES)] | None = None
    customer: Annotated[Id | None, Meta(description="The shop's own id of who is about to pay.")] = None


class ReleaseBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What releasing takes: nothing."""


class RedemptionAnswer(msgspec.Struct, frozen=True):
    """How far a quote is: `reserved` (until `expires_at`), `committed`, `released` or `expired`."""

    quote_id: str
    state: str
    expires_at: str
    to_pay: Money
    order_id: str | None


QUOTE_EXAMPLE: dict[str, Any] = {
    "cart": [
        {"sku": "1082185", "quantity": 2, "unit_price": {"amount": "320", "currency": "JPY"}},
        {"sku": "981760", "quantity": 1, "interval_days": 30},
    ],
    "accept": [],
    "codes": ["WELCOME"],
    "customer": "c-123",
}
