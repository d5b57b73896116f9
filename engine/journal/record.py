"""What the journal says of one decision: the only shape that anybody writes or reads.

Records are JSON arrays: fields have places, not names. A later version only adds fields at the end, with
defaults, so that a reader understands older records, and ignores what newer ones add. Amounts are in minor
units, times in milliseconds since 1970-01-01 UTC.

Reading checks the limits of all fields, so whatever was read fits into the database.
"""

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Meta, Struct

from engine.sku import SKU_MAX_LENGTH

VERSION: Final = 1

_NO_NUL: Final = r"^[^\x00]*\Z"
_END_OF_TIME_MS: Final = 253_402_300_799_000  # the last second of the year 9999
_Text = Annotated[str, Meta(max_length=256, pattern=_NO_NUL)]
_Code = Annotated[str, Meta(max_length=64, pattern=_NO_NUL)]
_ShortCode = Annotated[str, Meta(max_length=32, pattern=_NO_NUL)]
_Id = Annotated[str, Meta(min_length=1, max_length=128, pattern=_NO_NUL)]
_DecisionId = Annotated[str, Meta(pattern=r"^[0-9a-f]{24}\Z")]
_Sku = Annotated[str, Meta(max_length=SKU_MAX_LENGTH, pattern=_NO_NUL)]
_Amount = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
_Key = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
_Share = Annotated[float, Meta(gt=0, le=1)]
_Place = Annotated[int, Meta(ge=0, le=2**15 - 1)]
_Moment = Annotated[int, Meta(ge=0, le=_END_OF_TIME_MS)]
_Items = Annotated[tuple[tuple[_Sku, _Count], ...], Meta(max_length=1000)]


class JournalCircumstances(Struct, frozen=True, array_like=True):
    """What the request said: the page's product, the cart as pairs of SKU and quantity, and the rest.

    `currency` is the shop's, `context` the shop's own values.
    """

    product: _Sku | None = None
    cart: _Items = ()
    locale: _Code = ""
    currency: _ShortCode = ""
    country: _ShortCode = ""
    context: Mapping[_Text, _Text] = {}


class JournalSlot(Struct, frozen=True, array_like=True):
    """An offer that was shown, or would have been.

    `products` are pairs of SKU and quantity. `score` orders candidates within their strategy, `relevance` is
    the share of shoppers expected to accept, 0 to 1, and `value` what the offer is expected to add to the
    margin or the sales, by which it competed, in minor units.
    """

    offer: _Code
    offer_id: _Key
    version: _Count
    kind: _ShortCode
    strategy: _ShortCode
    position: _Place
    products: _Items
    currency: _ShortCode
    price_minor: _Amount
    saving_minor: _Amount
    added_minor: _Amount
    score: float = 0.0
    relevance: float = 0.0
    value: float = 0.0


class JournalWithheld(Struct, frozen=True, array_like=True):
    """A slot that was not shown, and by what it was withheld: `holdout`, or the code of an experiment."""

    by: _Code
    slot: JournalSlot


class JournalCandidate(Struct, frozen=True, array_like=True):
    """A candidate of a sampled decision; `removed_by` is None where it filled a slot."""

    offer: _Code
    sku: str
    strategy: _ShortCode
    score: float
    removed_by: str | None


class JournalRecord(Struct, frozen=True, array_like=True):
    """One decision for one placement.

    `decision` is the ID in the decision token, `page` that of the first decision of the same page. `key` is
    the primary key of the API key, 0 where the answer may be shown to many. `customer` and `visitor` are who
    it was made for, None if unknown or not allowed to be known; `audiences` are the primary keys of the
    shopper's, None if nothing asked for them. `arms` are those of experiments by code, and `propensities` the
    chances with which bandits chose them. `candidates` are None
    where the decision is not in the sample. `lost` counts the records that this process could not write since
    its last one.
    """

    version: _Count
    at: _Moment
    decision: _DecisionId
    page: _DecisionId
    key: _Key
    placement: _Code
    channel: _ShortCode
    customer: _Id | None
    visitor: _Id | None
    circumstances: JournalCircumstances
    audiences: tuple[_Key, ...] | None
    segment: _ShortCode
    shown: tuple[JournalSlot, ...]
    arms: Mapping[_Code, _Code] = {}
    withheld: tuple[JournalWithheld, ...] = ()
    candidates: tuple[JournalCandidate, ...] | None = None
    generation: _Text | None = None
    snapshot: _Text = ""
    lost: _Count = 0
    propensities: Mapping[_Code, _Share] = {}
