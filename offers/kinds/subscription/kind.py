"""The subscription as a kind of offer."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from engine import pricing
from engine.decision.kinds.subscription import Recurring
from engine.pricing.kinds.subscription import SubscriptionTerms
from offers.kinds.base import Fault, Kind
from offers.kinds.registry import register
from offers.kinds.subscription.answer import SubscriptionFields, render
from offers.kinds.subscription.models import SubscriptionOffer
from offers.kinds.subscription.source import SubscriptionValues, read, terms
from offers.kinds.subscription.words import deliveries, summary
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource, UnreadOffer


class SubscriptionKind(Kind[SubscriptionOffer, SubscriptionValues, Recurring]):
    """Subscriptions: regular deliveries, with an optional introductory price."""

    code = "subscription"
    icon = "autorenew"
    invitation = gettext_lazy("Subscription: regular deliveries, for less")
    model = SubscriptionOffer
    reason = gettext_lazy("Delivered regularly at a lower price.")
    shopper_reason = gettext_noop("Delivered regularly at a lower price")
    codes = {"interval": gettext_lazy("not an interval of the offer")}
    api_fields = SubscriptionFields

    def summary(self, offer: SubscriptionOffer) -> str:
        """Return the introductory and the recurring price."""
        return summary(offer)

    def details(self, detail: Recurring, currency: str) -> tuple[str, ...]:
        """Return what the deliveries cost."""
        return deliveries(detail, currency)

    def render(self, detail: Recurring, currency: str) -> SubscriptionFields:
        """Return what the deliveries cost."""
        return render(detail, currency)

    def find_faults(
        self, source: OfferSource[SubscriptionValues], samples: SampleProducts
    ) -> Iterator[Fault]:
        """Yield an introductory price that holds for no delivery."""
        del samples
        if source.own.intro.kind != "none" and not source.own.intro_cycles:
            words = _("Enter the number of deliveries at the introductory price.")
            yield Fault("intro_never_holds", words, column="intro_cycles")

    def discounted(self, source: OfferSource[SubscriptionValues]) -> frozenset[int]:
        """Return what is delivered."""
        return source.triggers.products

    def benefits(self, source: OfferSource[SubscriptionValues]) -> list[pricing.Benefit]:
        """Return the introductory and the recurring benefit."""
        return [source.own.intro, source.benefit] if source.own.intro_cycles else [source.benefit]

    def read(self, offers: Sequence[UnreadOffer]) -> list[SubscriptionValues]:
        """Return the own values of the offers."""
        return read(offers)

    def terms(self, source: OfferSource[SubscriptionValues]) -> SubscriptionTerms | None:
        """Return the terms of the pricing core."""
        return terms(source)


register(SubscriptionKind())
