"""The threshold reward as a kind of offer."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from msgspec import structs

from engine import pricing
from engine.decision.kinds.threshold import NextReward
from engine.pricing.kinds.threshold import ThresholdTerms
from offers.kinds.base import Fault, Kind
from offers.kinds.registry import register
from offers.kinds.threshold.answer import ThresholdFields, render
from offers.kinds.threshold.faults import find_reward_faults
from offers.kinds.threshold.models import ThresholdOffer
from offers.kinds.threshold.source import ThresholdValues, read, terms
from offers.kinds.threshold.words import next_reward, summary
from offers.services.samples import SampleProducts
from offers.services.source import OfferSource, UnreadOffer


class ThresholdKind(Kind[ThresholdOffer, ThresholdValues, NextReward]):
    """Threshold rewards: a reward from a certain cart value or number of units."""

    code = "threshold"
    icon = "redeem"
    invitation = _("Threshold reward: spend or buy more and get a reward")
    model = ThresholdOffer
    waits_for_catalogue = True  # a gift whose product changed its currency cannot be given
    summary_reads = ("gift",)
    has_targets = True
    reason = _("The cart is close to a reward.")
    shopper_reason = gettext_noop("A little more gets you a reward")
    api_fields = ThresholdFields

    def summary(self, offer: ThresholdOffer) -> str:
        """Return what is to be reached, and the reward."""
        return summary(offer)

    def details(self, detail: NextReward, currency: str) -> tuple[str, ...]:
        """Return what is missing for the reward."""
        return next_reward(detail, currency)

    def named_by(self, detail: NextReward) -> tuple[str, ...]:
        """Return the products that would reach the reward."""
        return tuple([product.sku for product in detail.reached_by])

    def render(self, detail: NextReward, currency: str) -> ThresholdFields:
        """Return what is missing for the reward."""
        return render(detail, currency)

    def find_faults(self, source: OfferSource[ThresholdValues], samples: SampleProducts) -> Iterator[Fault]:
        """Yield what is wrong with the reward."""
        return find_reward_faults(source, samples)

    def discounted(self, source: OfferSource[ThresholdValues]) -> frozenset[int]:
        """Return what the discount is on: what counts, unless the offer says otherwise."""
        return source.triggers.products if source.discounted is None else source.picks

    def benefits(self, source: OfferSource[ThresholdValues]) -> list[pricing.Benefit]:
        """Return a percentage off each unit; an amount off the whole says nothing about a unit."""
        return [source.benefit] if source.benefit.kind == "percent" else []

    def read(self, offers: Sequence[UnreadOffer]) -> list[ThresholdValues]:
        """Return the own values of the offers."""
        return read(offers)

    def terms(self, source: OfferSource[ThresholdValues]) -> ThresholdTerms | None:
        """Return the terms of the pricing core."""
        return terms(source)

    def price_rules(self, values: ThresholdValues) -> Any:
        """Return the columns; the gift by its key, as its price is the product's."""
        gift = values.gift
        rules = {**structs.asdict(values), "gift": gift and (gift.product.id, gift.quantity)}
        del rules["gift_currency"]
        return rules


register(ThresholdKind())
