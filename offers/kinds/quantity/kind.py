"""The quantity discount as a kind of offer."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from engine import pricing
from engine.decision.kinds.quantity import NextTier
from engine.pricing.kinds.quantity import QuantityTerms
from offers.kinds.base import Fault, Kind
from offers.kinds.quantity.answer import QuantityFields, render
from offers.kinds.quantity.faults import find_tier_faults
from offers.kinds.quantity.models import QuantityOffer, QuantityTier
from offers.kinds.quantity.source import QuantityValues, read, terms
from offers.kinds.quantity.words import next_tier, summary
from offers.kinds.registry import register
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource, UnreadOffer


class QuantityKind(Kind[QuantityOffer, QuantityValues, NextTier]):
    """Quantity discounts: the more units, the lower the price of each."""

    code = "quantity"
    icon = "stacks"
    invitation = _("Quantity discount: buy more, pay less each")
    model = QuantityOffer
    rows = (QuantityTier,)
    lacking = _("Add a tier.")
    summary_reads = ("tiers",)
    reason = _("The price per unit falls with quantity.")
    shopper_reason = gettext_noop("The more you buy, the less each one costs")
    api_fields = QuantityFields

    def summary(self, offer: QuantityOffer) -> str:
        """Return the tiers."""
        return summary(offer)

    def details(self, detail: NextTier, currency: str) -> tuple[str, ...]:
        """Return what the next tier gives."""
        return (next_tier(detail, currency),)

    def render(self, detail: NextTier, currency: str) -> QuantityFields:
        """Return the next tier."""
        return render(detail, currency)

    def find_faults(self, source: OfferSource[QuantityValues], samples: SampleProducts) -> Iterator[Fault]:
        """Yield tiers in which more units cost less."""
        return find_tier_faults(source, samples)

    def discounted(self, source: OfferSource[QuantityValues]) -> frozenset[int]:
        """Return what the tiers count."""
        return source.triggers.products

    def benefits(self, source: OfferSource[QuantityValues]) -> list[pricing.Benefit]:
        """Return the benefits of all tiers."""
        return [tier.benefit for tier in source.own.tiers]

    def read(self, offers: Sequence[UnreadOffer]) -> list[QuantityValues]:
        """Return the own values of the offers."""
        return read(offers)

    def terms(self, source: OfferSource[QuantityValues]) -> QuantityTerms | None:
        """Return the terms of the pricing core."""
        return terms(source)


register(QuantityKind())
