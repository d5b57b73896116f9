"""What a refund answers."""

from msgspec import Struct

from checkout.models import AllocatedLine, Allocation, RefundReason
from engine.promise.refunds import Share


class RefundedShare(Struct, frozen=True):
    """Units of a line and what was paid for them; `ids` are their IDs in the shop, as far as known."""

    line: AllocatedLine
    quantity: int
    share: Share
    ids: dict[str, int] = {}


class OfferDeduction(Struct, frozen=True):
    """What an offer deducts from all refunds, or would deduct if that were its policy."""

    offer: str
    policy: str
    deducted_minor: int


class RefundAnswer(Struct, frozen=True):
    """A refund of units or of an amount; amounts include tax.

    `refund` is what is paid back now. For units it follows the policy of each offer: `keep_minor` is the sum
    of the shares, `claw_back_minor` what remains of it if every offer deducts the discount that the remaining
    units would not get on their own. `shipping_minor` is the part of `refund` that a cancellation pays back
    for shipping. `refunded_minor` is the sum of all refunds, including this one, and `by_amount_minor` the
    part of it that was refunded by amount.
    """

    allocation: Allocation
    reason: RefundReason
    refund: Share
    refunded_minor: int
    by_amount_minor: int
    shares: tuple[RefundedShare, ...] = ()
    offers: tuple[OfferDeduction, ...] = ()
    keep_minor: int = 0
    claw_back_minor: int = 0
    shipping_minor: int = 0
