"""Charge a payment that arrives after the reservation of its quote expired, at the prices of the quote.

The uses and gifts of the reservation were given back, and others may have taken them since. They are taken
again, even beyond their limits: the shopper has paid, so the order is not refused. The shop is told what
exceeds a limit and which gifts are gone.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from django.utils.translation import gettext as _
from msgspec import Struct

from checkout.models import RedeemedGift, Redemption
from checkout.services.usage import Use, take_gifts_left, take_uses
from engine.promise.frozen_quote import FrozenQuote


class Exceeded(Struct, frozen=True):
    """A limit that a late payment exceeds, by the code of its offer, or a gift that is gone.

    For a gift, `line` is its index in the quote, and `missing` how many units are gone.
    """

    code: Literal["limit_exceeded", "gift_gone"]
    offer: str
    sku: str | None = None
    line: int | None = None
    missing: int = 0


def take_late(*, redemption: Redemption, frozen: FrozenQuote) -> None:
    """Take the uses and gifts of an expired redemption again, and store what they exceed.

    Call it once, in the transaction that commits the redemption.
    """
    redeemed = {one.offer_id: one for one in redemption.offers.filter(offer__isnull=False)}
    uses = [Use(offer, one.discount_minor) for offer, one in redeemed.items() if offer is not None]
    counted = take_uses(uses=uses, customer_id=redemption.quote.customer_id, is_enforced=False)
    taken = take_gifts_left(units=frozen.gifts)
    codes = sorted(redeemed[offer].offer_code for offer in counted.exceeded)
    limits = [Exceeded("limit_exceeded", code) for code in codes]
    redemption.exceeded = msgspec.to_builtins([*limits, *_gone(frozen, taken)])
    redemption.save(update_fields=["exceeded"])
    redemption.gifts.all().delete()
    RedeemedGift.objects.bulk_create(
        RedeemedGift(redemption=redemption, product_id=product, quantity=count)
        for product, count in taken.items()
        if count
    )


def _gone(frozen: FrozenQuote, taken: Mapping[int, int]) -> Iterator[Exceeded]:
    """Yield the gift lines with too few units; lines take from the stock in their order."""
    codes = {one.offer.id: one.code for one in frozen.offers}
    left = dict(taken)
    for place, line in enumerate(frozen.priced.lines):
        if line.gift_of is None:
            continue
        given = min(left.get(line.product, 0), line.quantity)
        left[line.product] = left.get(line.product, 0) - given
        if given < line.quantity:
            missing = line.quantity - given
            yield Exceeded("gift_gone", codes[line.gift_of], frozen.skus[line.product], place, missing)


def exceeded_by(redemption: Redemption) -> list[Exceeded]:
    """Return what a redemption exceeded when it was committed."""
    return msgspec.convert(redemption.exceeded, list[Exceeded])


def describe_exceeded(one: Exceeded) -> str:
    """Return the sentence for the shop."""
    if one.sku is None:
        return _("The payment arrived late: offer %s exceeds its limits.") % one.offer
    detail = _("The payment arrived late: %(missing)d units of gift %(sku)s are out of stock.")
    return detail % {"missing": one.missing, "sku": one.sku}
