"""Gifts that are sold out when their quote is redeemed or paid late: they are named, the rest is charged."""

from django.utils.translation import ngettext
from msgspec import Struct

from checkout.models import RedeemedGift, Redemption
from checkout.services.usage import take_gifts_left
from engine.promise.frozen_quote import FrozenQuote


class GoneGift(Struct, frozen=True):
    """Units of a gift line that are out of stock: `line` is its index in the quote, `offer` a code."""

    line: int
    offer: str
    sku: str
    missing: int

    @property
    def detail(self) -> str:
        """Return what is gone in words."""
        detail = ngettext(
            "%(missing)d unit of the gift %(sku)s is out of stock.",
            "%(missing)d units of the gift %(sku)s are out of stock.",
            self.missing,
        )
        return detail % {"missing": self.missing, "sku": self.sku}


def take_gifts_of(*, redemption: Redemption, frozen: FrozenQuote) -> None:
    """Take what is left of the gifts from stock, and store it with the redemption. Use a transaction."""
    taken = take_gifts_left(units=frozen.gifts)
    RedeemedGift.objects.bulk_create(
        RedeemedGift(redemption=redemption, product_id=product, quantity=count)
        for product, count in taken.items()
        if count
    )


def gone_gifts(*, redemption: Redemption, frozen: FrozenQuote) -> tuple[GoneGift, ...]:
    """Return the gift lines with too few units; lines take from what was there in their order."""
    if not frozen.gifts:
        return ()
    codes = {one.offer.id: one.code for one in frozen.offers}
    left = dict(redemption.gifts.values_list("product_id", "quantity"))
    gone = []
    for place, line in enumerate(frozen.priced.lines):
        if line.gift_of is None:
            continue
        given = min(left.get(line.product, 0), line.quantity)
        left[line.product] = left.get(line.product, 0) - given
        if given < line.quantity:
            sku, missing = frozen.skus[line.product], line.quantity - given
            gone.append(GoneGift(place, codes[line.gift_of], sku, missing))
    return tuple(gone)
