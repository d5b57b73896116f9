"""What a quote keeps: everything that its price follows from, so that it can be priced again years later."""

from typing import Final, Literal

import msgspec
from msgspec import Struct

from engine.conditions import Schedule
from engine.pricing import Cart, OfferIndex, PricedCart, PricingOffer, Rules
from engine.pricing.kinds import decode_terms


class FrozenOffer(Struct, frozen=True):
    """An offer that applied, with its terms and version, and what happens to its discount on a return."""

    offer: PricingOffer
    code: str
    version: int
    refund_policy: Literal["keep", "claw_back"]


class AskedOption(Struct, frozen=True, order=True):
    """An option on each unit of a line, as it was asked for."""

    sku: str
    quantity: int


class AskedLine(Struct, frozen=True, order=True):
    """A line as it was asked for, its SKUs normalised; `interval_days` 0 is a one-time purchase."""

    sku: str
    quantity: int
    interval_days: int = 0
    cycle: int = 1
    options: tuple[AskedOption, ...] = ()


class FrozenCredit(Struct, frozen=True):
    """The decision (24 hex digits) that proposed a product, and its offer."""

    decision: str
    offer_code: str
    product: int


class FrozenCode(Struct, frozen=True):
    """A generated code that opened an offer, both by primary key; redeeming the quote uses it."""

    code: int
    offer: int


class FrozenQuote(Struct, frozen=True):
    """A priced cart with all that priced it; products and offers are named by primary key.

    `cart` and `rules` with `offers` and `bystanders` give `priced` again. Bystanders are accepted offers that
    exchanged units but saved nothing, because another offer applied instead. `asked` is the request's
    cart, `skus` the SKU of each product when it was quoted.
    """

    cart: Cart
    rules: Rules
    offers: tuple[FrozenOffer, ...]
    priced: PricedCart
    asked: tuple[AskedLine, ...]
    skus: dict[int, str]
    credits: tuple[FrozenCredit, ...] = ()
    # By place of the priced line: the shop's own IDs of the cart lines in it, with their units.
    line_ids: dict[int, dict[str, int]] = {}
    bystanders: tuple[PricingOffer, ...] = ()
    codes: tuple[FrozenCode, ...] = ()

    @property
    def index(self) -> OfferIndex:
        """Return the offers that priced it, ready to price it again."""
        return OfferIndex([*(frozen.offer for frozen in self.offers), *self.bystanders])

    @property
    def gifts(self) -> dict[int, int]:
        """Return the units of each product that offers give away."""
        units: dict[int, int] = {}
        for line in self.priced.lines:
            if line.gift_of is not None:
                units[line.product] = units.get(line.product, 0) + line.quantity
        return units


def settled_cart(cart: Cart, priced: PricedCart) -> Cart:
    """Return the cart without what closed offers to it: conditions and limits are not checked again."""
    accepted = tuple(taken for taken in cart.accepted if not is_closed(cart, priced, taken.offer))
    return msgspec.structs.replace(cart, accepted=accepted, exhausted=frozenset(), barred={})


def is_closed(cart: Cart, priced: PricedCart, offer: int) -> bool:
    """Tell whether an accepted offer was closed to the cart, so that it exchanged nothing."""
    outcome = priced.outcome_of(offer)
    if offer in cart.exhausted or offer in cart.barred or outcome.status == "expired":
        return True
    return outcome.reason in (Schedule.reason, "currency")


class UnreadableQuoteError(Exception):
    """A stored quote in a format that this release does not read."""


# The first byte of stored content is the format of the rest. It increases when the structs change so that old
# content no longer fits. Formats of earlier releases remain in `_DECODERS` for as long as they can be read.
FORMAT: Final = 1
_encoder: Final = msgspec.msgpack.Encoder()
_DECODERS: Final = {FORMAT: msgspec.msgpack.Decoder(FrozenQuote, dec_hook=decode_terms)}


def freeze(quote: FrozenQuote) -> bytes:
    """Return the quote as it is stored."""
    return bytes([FORMAT]) + _encoder.encode(quote)


def thaw(content: bytes | memoryview) -> FrozenQuote:
    """Return a stored quote; raise UnreadableQuoteError if its format cannot be read."""
    content = memoryview(content)
    decoder = _DECODERS.get(content[0]) if content else None
    if decoder is None:
        raise UnreadableQuoteError("The quote is of a format that this release does not read.")
    try:
        return decoder.decode(content[1:])
    except msgspec.MsgspecError as error:
        raise UnreadableQuoteError("The quote cannot be read.") from error


def same_cart(one: tuple[AskedLine, ...], other: tuple[AskedLine, ...]) -> bool:
    """Tell whether two carts ask for the same units, in any order and division into lines."""
    return _units(one) == _units(other)


def _units(lines: tuple[AskedLine, ...]) -> dict[AskedLine, int]:
    """Return how many units there are of each line, its quantity aside."""
    units: dict[AskedLine, int] = {}
    for line in lines:
        unit = msgspec.structs.replace(line, quantity=1, options=_merged(line.options))
        units[unit] = units.get(unit, 0) + line.quantity
    return units


def _merged(options: tuple[AskedOption, ...]) -> tuple[AskedOption, ...]:
    counts: dict[str, int] = {}
    for option in options:
        counts[option.sku] = counts.get(option.sku, 0) + option.quantity
    return tuple(AskedOption(sku, count) for sku, count in sorted(counts.items()))
