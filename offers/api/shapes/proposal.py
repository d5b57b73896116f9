"""A proposal in the response: the fields that all kinds share."""

import msgspec
from msgspec import UNSET, UnsetType

from gateway.api.shapes.types import Money


class OfferedProduct(msgspec.Struct, frozen=True):
    """A proposed product. `price` is the list price of one unit; `offer_price` is the price of all units.

    `quantity` is the number of units that `offer_price` covers. For `quantity` and `buy_get` offers, it
    includes the units already in the cart.
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

    `added` is by how much the total of the cart grows if the shopper accepts. `prior` is the lowest price in
    the 30 days before the reduction began; it may be shown struck through. Present if the offer saves
    something and the price is known.
    """

    list: Money
    offer: Money
    saving: Money
    added: Money
    prior: Money | UnsetType = UNSET


class OfferReason(msgspec.Struct, frozen=True):
    """Why the offer is shown: a stable code, a sentence for shoppers, and the figures behind it."""

    code: str
    text: str
    evidence: dict[str, int | float | str]


class ProposalAnswer(msgspec.Struct, frozen=True):
    """One proposal, without the fields of its kind. `replaces` is the SKU that an upgrade replaces."""

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
