"""Subscriptions in a merchandiser's words."""

from django.utils.translation import gettext as _

from catalog.models import BenefitKind
from catalog.services.amounts import benefit, listed, money
from engine.decision.kinds.subscription import Recurring
from offers.kinds.subscription.models import SubscriptionOffer


def summary(offer: SubscriptionOffer) -> str:
    """Return the recurring price, after the introductory one if there is one."""
    recurring = benefit(offer.benefit_kind, offer.benefit_value, offer.currency)
    if not offer.intro_cycles or offer.intro_kind == BenefitKind.NONE:
        return recurring
    intro = benefit(offer.intro_kind, offer.intro_value, offer.currency)
    words = _("first %(cycles)d: %(intro)s, then %(benefit)s")
    return words % {"cycles": offer.intro_cycles, "intro": intro, "benefit": recurring}


def deliveries(delivery: Recurring, currency: str) -> tuple[str, ...]:
    """Return what each delivery costs, and at which intervals it comes."""
    now, later = money(delivery.now_minor, currency), money(delivery.later_minor, currency)
    if now == later:
        price = _("Every delivery costs %(price)s.") % {"price": now}
    else:
        words = _("%(now)s now, %(later)s from delivery %(cycle)d.")
        price = words % {"now": now, "later": later, "cycle": delivery.from_cycle}
    if not delivery.intervals:
        return (price,)
    days = listed(map(str, delivery.intervals))
    return (price, _("Every %(days)s days.") % {"days": days})
