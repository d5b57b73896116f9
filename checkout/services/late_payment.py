"""Charge a payment that arrives after the reservation of its quote expired, at the prices of the quote.

The uses and gifts of the reservation were given back, and others may have taken them since. They are taken
again, the uses even beyond their limits: the shopper has paid, so the order is not refused.
"""

from checkout.models import Redemption
from checkout.services.code_uses import take_codes_late
from checkout.services.gone_gifts import take_gifts_of
from checkout.services.usage import UsedOffer, take_uses
from engine.promise.frozen_quote import FrozenQuote


def take_late(*, redemption: Redemption, frozen: FrozenQuote) -> None:
    """Take the uses, codes and gifts of an expired redemption again, and store which offers exceed limits.

    Call it once, in the transaction that commits the redemption.
    """
    redeemed = {one.offer_id: one for one in redemption.offers.filter(offer__isnull=False)}
    uses = [UsedOffer(offer, one.discount_minor) for offer, one in redeemed.items() if offer is not None]
    counted = take_uses(uses=uses, customer_id=redemption.quote.customer_id, is_enforced=False)
    redemption.gifts.all().delete()
    take_gifts_of(redemption=redemption, frozen=frozen)
    exceeded = {redeemed[offer].offer_code for offer in counted.exceeded}
    redemption.exceeded = sorted(exceeded | take_codes_late(redemption=redemption))
    redemption.save(update_fields=["exceeded"])
