"""How threshold rewards are read, and what they mean to pricing."""

from collections.abc import Sequence

from msgspec import Struct

from engine import pricing
from engine.pricing.kinds.threshold import Measure, ThresholdBase, ThresholdTerms
from offers.services.goods import load_pricing_products
from offers.services.source import OfferSource, UnreadOffer


class ThresholdValues(Struct, frozen=True):
    """The columns of the kind; the gift with its price, and the currency of that."""

    measure: Measure
    at_least: int
    threshold_base: ThresholdBase
    gives_free_shipping: bool
    gift: pricing.Gift | None
    gift_currency: str | None = None


def read(offers: Sequence[UnreadOffer]) -> list[ThresholdValues]:
    """Return the values of each offer, all gifts by three queries."""
    gifts = load_pricing_products(pks={offer.columns["gift_id"] for offer in offers} - {None})
    return [
        ThresholdValues(
            measure=offer.columns["measure"],
            at_least=offer.columns["at_least"],
            threshold_base=offer.columns["threshold_base"],
            gives_free_shipping=offer.columns["gives_free_shipping"],
            gift=None if product is None else pricing.Gift(product, offer.columns["gift_quantity"]),
            gift_currency=currency,
        )
        for offer in offers
        for product, currency in (gifts.get(offer.columns["gift_id"], (None, None)),)
    ]


def terms(source: OfferSource[ThresholdValues]) -> ThresholdTerms | None:
    """Return what is to be reached, and the reward; None where the only reward cannot be given.

    A gift in a currency other than the offer's is not given: no cart of the offer can contain it.
    """
    gift = source.own.gift if source.own.gift_currency == source.currency else None
    gives_rest = source.benefit.kind != "none" or source.own.gives_free_shipping
    if source.own.gift is not None and gift is None and not gives_rest:
        return None
    return ThresholdTerms(
        measure=source.own.measure,
        at_least=source.own.at_least,
        counted=source.triggers,
        target=source.discounted,
        benefit=source.benefit,
        gift=gift,
        free_shipping=source.own.gives_free_shipping,
        base=source.own.threshold_base,
    )
