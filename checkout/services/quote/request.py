"""What a quote is asked for, and why none is given."""

from collections.abc import Sequence

from msgspec import Struct

from catalog.services.values import FieldError
from engine.promise.frozen_quote import AskedLine

# Amounts in a client's own words: major units and a currency. They are compared, never used.
ClientPrice = tuple[str, str]


class QuoteLine(Struct, frozen=True, kw_only=True):
    """A line of the cart; `client_price` is what the client believes one unit lists at.

    `cycle` counts the deliveries of a subscription, this one included.
    """

    asked: AskedLine
    client_price: ClientPrice | None = None


class AcceptedProposal(Struct, frozen=True, kw_only=True):
    """A proposal that the shopper took. Without a position it must be its offer's only one."""

    decision_token: str
    offer: str
    position: int | None = None


class QuoteRequest(Struct, frozen=True, kw_only=True):
    """A cart to price; `currency` None is that of its products."""

    cart: tuple[QuoteLine, ...]
    accepted: tuple[AcceptedProposal, ...] = ()
    codes: tuple[str, ...] = ()
    customer: str | None = None
    currency: str | None = None


class Note(Struct, frozen=True):
    """Something about the request that is worth knowing and no error."""

    code: str
    pointer: str
    detail: str


class QuoteRefusedError(Exception):
    """The request cannot be priced as it is; each error names a field."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("The cart cannot be priced.")
        self.errors = list(errors)
