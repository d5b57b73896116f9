"""Buy X, get Y as a kind of offer."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from catalog.services.amounts import benefit
from engine.pricing.kinds.buy_get import BuyGetTerms
from offers.kinds.base import Kind
from offers.kinds.buy_get.models import BuyGetOffer
from offers.kinds.buy_get.source import BuyGetValues, terms
from offers.kinds.registry import register
from offers.services.source import OfferSource


class BuyGetKind(Kind[BuyGetOffer, BuyGetValues, None]):
    """Buy X, get Y: discounted units for units bought at full price."""

    code = "buy_get"
    icon = "exposure_plus_1"
    invitation = gettext_lazy("Buy X get Y: buy two, get one")
    model = BuyGetOffer
    values = BuyGetValues
    has_targets = True
    reason = gettext_lazy("Buying more makes some units cheaper.")
    shopper_reason = gettext_noop("Buy more and get some for less")

    def summary(self, offer: BuyGetOffer) -> str:
        """Return "buy 2, get 1: 100% off"."""
        price = benefit(offer.benefit_kind, offer.benefit_value, offer.currency)
        words = _("buy %(buy)d, get %(get)d: %(benefit)s")
        return words % {"buy": offer.buy_count, "get": offer.get_count, "benefit": price}

    def discounted(self, source: OfferSource[BuyGetValues]) -> frozenset[int]:
        """Return what the shopper gets: what is bought, unless the offer says otherwise."""
        return source.triggers.products if source.discounted is None else source.picks

    def terms(self, source: OfferSource[BuyGetValues]) -> BuyGetTerms | None:
        """Return the terms of the pricing core."""
        return terms(source)


register(BuyGetKind())
