"""How subscriptions are read, and what they mean to pricing."""

from collections.abc import Sequence

from msgspec import Struct

from engine import pricing
from engine.pricing.kinds.subscription import SubscriptionTerms
from offers.services.source import OfferSource, UnreadOffer


class SubscriptionValues(Struct, frozen=True):
    """The introductory benefit, for how many deliveries it holds, and the intervals; none: every one."""

    intro: pricing.Benefit
    intro_cycles: int
    interval_days: tuple[int, ...]


def read(offers: Sequence[UnreadOffer]) -> list[SubscriptionValues]:
    """Return the values of each offer."""
    return [
        SubscriptionValues(
            pricing.Benefit(offer.columns["intro_kind"], offer.columns["intro_value"]),
            offer.columns["intro_cycles"],
            tuple(offer.columns["interval_days"]),
        )
        for offer in offers
    ]


def terms(source: OfferSource[SubscriptionValues]) -> SubscriptionTerms:
    """Return the recurring price after the introductory one."""
    return SubscriptionTerms(
        products=source.triggers,
        recurring=source.benefit,
        intro=source.own.intro,
        intro_cycles=source.own.intro_cycles,
        intervals=frozenset(source.own.interval_days),
    )
