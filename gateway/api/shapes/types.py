"""Types that several bodies share."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

# `(?![\s\S])` is the end of the text in Python and in ECMA-262 alike; `$` lets a newline through.
AMOUNT_PATTERN: Final = r"^[0-9]{1,16}(?:\.[0-9]{1,4})?(?![\s\S])"
# Whatever a storefront may hold for a SKU: what no product can have (`engine.sku`) is unknown, a note and
# no error. Only control characters are never meant.
SOUGHT_SKU_PATTERN: Final = r"^[^\x00-\x1f\x7f-\x9f]{1,64}(?![\s\S])"
CODE_PATTERN: Final = r"^[A-Za-z0-9_-]{1,64}(?![\s\S])"

Sku = Annotated[str, msgspec.Meta(pattern=SOUGHT_SKU_PATTERN, description="1 to 64 characters.")]
Code = Annotated[str, msgspec.Meta(pattern=CODE_PATTERN)]
ID_PATTERN: Final = r"^(?!\s)[^\x00-\x1f\x7f\u2028\u2029]{1,128}(?<!\s)(?![\s\S])"
Id = Annotated[str, msgspec.Meta(pattern=ID_PATTERN, description="1 to 128 characters.")]
Moment = Annotated[datetime, msgspec.Meta(tz=True, description="RFC 3339, with its offset.")]
Amount = Annotated[
    str,
    msgspec.Meta(pattern=AMOUNT_PATTERN, description="Decimal, in the currency's major unit: “19.99”."),
]
Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}(?![\s\S])", description="ISO 4217.")]
Quantity = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Locale = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9_-]{1,35}(?![\s\S])",
        description="BCP 47, such as “ja” or “en-GB”. One we have no texts in gets the shop's own.",
    ),
]


class Money(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exact amount."""

    amount: Amount
    currency: Currency
