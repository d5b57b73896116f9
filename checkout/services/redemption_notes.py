"""Tell the shop what a quote used beyond its limits and which of its gifts were gone."""

from typing import Literal

from django.utils.translation import gettext as _
from msgspec import Struct

from checkout.models import Redemption
from checkout.services.gone_gifts import GoneGift, gone_gifts
from engine.promise.frozen_quote import UnreadableQuoteError, thaw


class RedemptionNote(Struct, frozen=True):
    """A limit that a late payment exceeds, or a gift that was sold out.

    `pointer` leads to the offer or to the gift's line of the quote, `offer` is a code.
    """

    code: Literal["limit_exceeded", "gift_sold_out"]
    pointer: str
    detail: str
    offer: str
    sku: str | None = None


def redemption_notes(redemption: Redemption) -> tuple[RedemptionNote, ...]:
    """Return the notes about a redemption: first limits by code, then gifts by line."""
    return (*map(_limit, redemption.exceeded), *map(_gift, _gone(redemption)))


def _limit(offer: str) -> RedemptionNote:
    detail = _("The payment arrived late: offer %s exceeds its limits.") % offer
    return RedemptionNote("limit_exceeded", f"/offers/{offer}", detail, offer)


def _gift(gone: GoneGift) -> RedemptionNote:
    return RedemptionNote("gift_sold_out", f"/lines/{gone.line}", gone.detail, gone.offer, gone.sku)


def _gone(redemption: Redemption) -> tuple[GoneGift, ...]:
    """Return the gifts that were gone; of a quote of an incompatible version they are unknown."""
    try:
        frozen = thaw(redemption.quote.content)
    except UnreadableQuoteError:
        return ()
    return gone_gifts(redemption=redemption, frozen=frozen)
