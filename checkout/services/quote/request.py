"""The request for a quote, and the error that refuses it."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from catalog.services.values import FieldError
from engine.promise.frozen_quote import AskedLine

# A client's amount as it was sent: major units and a currency. It is compared, never used.
ClientPrice = tuple[str, str]


class QuoteLine(Struct, frozen=True, kw_only=True):
    """A line of the cart; `client_price` is what the client takes for the list price of a unit.

    `line_id` is the shop's own ID of the line.
    """

    asked: AskedLine
    line_id: str | None = None
    client_price: ClientPrice | None = None


class AcceptedProposal(Struct, frozen=True, kw_only=True):
    """A proposal that the shopper accepted. Without a position it must be its offer's only one."""

    decision_token: str
    offer: str
    position: int | None = None


class QuoteRequest(Struct, frozen=True, kw_only=True):
    """A cart to price; `currency` None means that of its products.

    `is_claimed` tells that a page names the customer without proof. `is_public` tells that a browser asks,
    which learns nothing about codes that it may have guessed. `locale`, `country` and `context`, the shop's
    own values by name, are for conditions.
    """

    cart: tuple[QuoteLine, ...]
    accepted: tuple[AcceptedProposal, ...] = ()
    codes: tuple[str, ...] = ()
    is_public: bool = False
    customer: str | None = None
    is_claimed: bool = False
    visitor: str | None = None
    currency: str | None = None
    locale: str = ""
    country: str = ""
    context: Mapping[str, str] = {}


class QuoteRefusedError(Exception):
    """The request cannot be priced as it is; each error names a field."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("The cart cannot be priced.")
        self.errors = list(errors)
