"""Quantity discounts in a merchandiser's words."""

from django.utils.translation import ngettext

from catalog.services.amounts import benefit, money
from engine.decision.kinds.quantity import NextTier
from offers.kinds.quantity.models import QuantityOffer


def summary(offer: QuantityOffer) -> str:
    """Return "2+: 10 % off · 3+: 20 % off"."""
    tiers = sorted(offer.tiers.all(), key=lambda tier: tier.from_quantity)
    return " · ".join(
        f"{tier.from_quantity}+: {benefit(tier.benefit_kind, tier.benefit_value, offer.currency)}"
        for tier in tiers
    )


def next_tier(tier: NextTier, currency: str) -> str:
    """Return what a few units more cost and save."""
    words = ngettext(
        "%(more)d more: %(quantity)d units then cost %(total)s, %(gain)s less than at present prices.",
        "%(more)d more: %(quantity)d units then cost %(total)s, %(gain)s less than at present prices.",
        tier.more,
    )
    return words % {
        "more": tier.more,
        "quantity": tier.quantity,
        "total": money(tier.total_minor, currency),
        "gain": money(tier.gain_minor, currency),
    }
