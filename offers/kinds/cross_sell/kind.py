"""The cross-sell as a kind of offer."""

from django.utils.translation import gettext_lazy as _

from catalog.models import RelationKind
from engine.pricing.kinds.cross_sell import CrossSellTerms
from offers.kinds.cross_sell.models import CrossSellOffer
from offers.kinds.cross_sell.source import terms
from offers.kinds.registry import register
from offers.kinds.sourced import SourcedKind
from offers.models import StrategyCode
from offers.services.source import OfferSource


class CrossSellKind(SourcedKind[CrossSellOffer, None]):
    """Cross-sells: products that go with the page or the cart."""

    code = "cross_sell"
    icon = "add_shopping_cart"
    invitation = _("Cross-sell: goes well with what you have")
    model = CrossSellOffer
    lacking = _("Choose a product to propose.")
    ways = {StrategyCode.RELATED: (RelationKind.ACCESSORY, RelationKind.CONSUMABLE, RelationKind.COMPLEMENT)}

    def terms(self, source: OfferSource[None]) -> CrossSellTerms | None:
        """Return the terms of the pricing core."""
        return terms(source)


register(CrossSellKind())
