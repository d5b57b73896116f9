"""Quantity discounts in a merchandiser's words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.services.amounts import benefit, money
from engine.decision.kinds.quantity import NextTier
from offers.kinds.quantity.models import QuantityOffer, QuantityTier


def summary(offer: QuantityOffer) -> str:
    """Return "2+: 10% off · 3+: 20% off"."""
    tiers = sorted(offer.tiers.all(), key=lambda tier: tier.from_quantity)
    return " · ".join(_tier(tier, offer.currency) for tier in tiers)


def _tier(tier: QuantityTier, currency: str) -> str:
    words = {"count": tier.from_quantity, "benefit": benefit(tier.benefit_kind, tier.benefit_value, currency)}
    return _("%(count)d+: %(benefit)s") % words


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
