"""A proposal as it is answered, whatever its kind."""

import msgspec
from msgspec import UNSET, UnsetType

from gateway.api.shapes.types import Money


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
