"""Types shared by several request and response bodies."""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec

from gateway.api.shapes.pattern import text_of

AMOUNT_PATTERN: Final = r"^[0-9]{1,16}(?:\.[0-9]{1,4})?\Z"
# Anything a storefront may use as a SKU. One that no product can have (`engine.sku`) is unknown: a note, not
# an error. Only control characters are refused.
SOUGHT_SKU_PATTERN: Final = r"^[^\x00-\x1f\x7f-\x9f]{1,64}\Z"
CODE_PATTERN: Final = r"^[A-Za-z0-9_-]{1,64}\Z"
# The first and the last character are not white space.
ID_PATTERN: Final = r"^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f\u2028\u2029]{0,126}[^\s\x00-\x1f\x7f])?\Z"

Sku = Annotated[str, text_of(SOUGHT_SKU_PATTERN, "1 to 64 characters, without control characters.")]
Code = Annotated[str, text_of(CODE_PATTERN, "1 to 64 letters, digits, hyphens and underscores (ASCII).")]
Id = Annotated[
    str,
    text_of(
        ID_PATTERN,
        "1 to 128 characters, without white space at either end and without control characters.",
    ),
]
CustomerToken = Annotated[
    str,
    msgspec.Meta(
        min_length=1,
        max_length=1200,
        description="The customer, signed by the server of the shop. Pages send it instead of `customer`.",
    ),
]
VisitorId = Annotated[
    Id,
    msgspec.Meta(
        description="The browser or app, by a random ID that outlives a visit and a login. Replaces "
        "`session`."
    ),
]
ChannelCode = Annotated[
    Literal["web", "app", "email", "line", "chat", "push", "sms", "store"],
    msgspec.Meta(description="Where the offers reach the shopper."),
]
Moment = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339 date and time with a UTC offset.")]
# A time in an answer, already as text (`gateway.api.render.moment`).
MomentText = Annotated[
    str, msgspec.Meta(description="RFC 3339 date and time.", extra_json_schema={"format": "date-time"})
]
Amount = Annotated[
    str,
    text_of(
        AMOUNT_PATTERN,
        "Digits, with a point before up to 4 decimals and no separators between thousands: “1980” or "
        "“19.99”, not “1,980”.",
        "An amount in major units.",
    ),
]
Currency = Annotated[
    str, text_of(r"^[A-Z]{3}\Z", "An ISO 4217 currency code in upper case: “JPY”, not “jpy”.")
]
Quantity = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Locale = Annotated[
    str,
    text_of(
        r"^[A-Za-z0-9_-]{1,35}\Z",
        "A BCP 47 language tag, for example “ja” or “en-GB”.",
        "Other languages fall back to the shop's own.",
    ),
]


Country = Annotated[str, text_of(r"^[A-Z]{2}\Z", "An ISO 3166-1 country code in upper case: “JP”, not “jp”.")]
TimeZone = Annotated[
    str, text_of(r"^[A-Za-z0-9_+/-]{1,64}\Z", "The name of an IANA time zone, for example “Asia/Tokyo”.")
]
ContextText = Annotated[
    str, text_of(r"^[^\x00-\x1f\x7f-\x9f]{1,200}\Z", "1 to 200 characters, without control characters.")
]
MAX_CONTEXT: Final = 20
# What requests say in the shop's own terms, for conditions.
OwnValues = Annotated[
    dict[Code, ContextText],
    msgspec.Meta(
        max_length=MAX_CONTEXT,
        description="Values for the conditions of offers, by the codes of the context values that are "
        "declared in the admin. Others are ignored and become notes.",
    ),
]


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exact amount of money."""

    amount: Amount
    currency: Currency
