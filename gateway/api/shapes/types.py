"""Types shared by several request and response bodies."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

# `(?![\s\S])` is the end of the text both in Python and in ECMA-262; `$` would allow a trailing newline.
AMOUNT_PATTERN: Final = r"^[0-9]{1,16}(?:\.[0-9]{1,4})?(?![\s\S])"
# Anything a storefront may use as a SKU. One that no product can have (`engine.sku`) is unknown: a note, not
# an error. Only control characters are refused.
SOUGHT_SKU_PATTERN: Final = r"^[^\x00-\x1f\x7f-\x9f]{1,64}(?![\s\S])"
CODE_PATTERN: Final = r"^[A-Za-z0-9_-]{1,64}(?![\s\S])"

Sku = Annotated[str, msgspec.Meta(pattern=SOUGHT_SKU_PATTERN, description="1 to 64 characters.")]
Code = Annotated[str, msgspec.Meta(pattern=CODE_PATTERN)]
ID_PATTERN: Final = r"^(?!\s)[^\x00-\x1f\x7f\u2028\u2029]{1,128}(?<!\s)(?![\s\S])"
Id = Annotated[str, msgspec.Meta(pattern=ID_PATTERN, description="1 to 128 characters.")]
Moment = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339 date and time with a UTC offset.")]
# A time in an answer, already as text (`gateway.api.render.moment`).
MomentText = Annotated[
    str, msgspec.Meta(description="RFC 3339 date and time.", extra_json_schema={"format": "date-time"})
]
Amount = Annotated[
    str,
    msgspec.Meta(pattern=AMOUNT_PATTERN, description="Decimal amount in major units, for example “19.99”."),
]
Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}(?![\s\S])", description="ISO 4217 currency code.")]
Quantity = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Locale = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9_-]{1,35}(?![\s\S])",
        description="BCP 47, for example “ja” or “en-GB”. Other languages fall back to the shop's own.",
    ),
]


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exact amount of money."""

    amount: Amount
    currency: Currency
