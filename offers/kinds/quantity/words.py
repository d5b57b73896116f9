"""Quantity discounts in a merchandiser's words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import BenefitKind
from catalog.services.amounts import benefit, money
from engine.decision.kinds.quantity import NextTier
from offers.kinds.quantity.models import QuantityOffer, QuantityTier


def summary(offer: QuantityOffer) -> str:
    """Return "2+: 10% off · 3+: 20% off"."""
    tiers = sorted(offer.tiers.all(), key=lambda tier: tier.from_quantity)
    return " · ".join(_tier(tier, offer.currency) for tier in tiers)


def _tier(tier: QuantityTier, currency: str) -> str:
    if tier.benefit_kind == BenefitKind.FIXED:
        price = _("%(amount)s each") % {"amount": money(tier.benefit_value, currency)}
    else:
        price = benefit(tier.benefit_kind, tier.benefit_value, currency)
    return _("%(count)d+: %(benefit)s") % {"count": tier.from_quantity, "benefit": price}


def next_tier(tier: NextTier, currency: str) -> str:
    """Return what a few units more cost and save."""
    words = ngettext(
        "Add %(more)d: %(quantity)d units for %(total)s, saving %(gain)s.",
        "Add %(more)d: %(quantity)d units for %(total)s, saving %(gain)s.",
        tier.more,
    )
    return words % {
        "more": tier.more,
        "quantity": tier.quantity,
        "total": money(tier.total_minor, currency),
        "gain": money(tier.gain_minor, currency),
    }
