"""Threshold rewards in a merchandiser's words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import BenefitKind
from catalog.services.amounts import benefit, listed, money
from engine.decision.kinds.threshold import NextReward
from offers.kinds.threshold.models import Measure, ThresholdOffer


def summary(offer: ThresholdOffer) -> str:
    """Return "from ¥5,000: 10% off, gift: Cup, free shipping"."""
    spend = money(offer.at_least, offer.currency)
    start = spend if offer.measure == Measure.SPEND else _("%(count)d units") % {"count": offer.at_least}
    rewards = []
    if offer.benefit_kind != BenefitKind.NONE:
        rewards.append(benefit(offer.benefit_kind, offer.benefit_value, offer.currency))
    if offer.gift is not None:
        rewards.append(_("gift: %(product)s") % {"product": offer.gift.name})
    if offer.gives_free_shipping:
        rewards.append(_("free shipping"))
    return _("from %(start)s: %(rewards)s") % {"start": start, "rewards": listed(rewards) or "–"}


def next_reward(reward: NextReward, currency: str) -> tuple[str, ...]:
    """Return what is missing, the reward, and the products that reach it."""
    if reward.missing == "spend":
        missing = _("%(amount)s more to go") % {"amount": money(reward.amount, currency)}
    else:
        words = ngettext("%(count)d more unit to go", "%(count)d more units to go", reward.amount)
        missing = words % {"count": reward.amount}
    kind, value = reward.benefit
    rewards = [] if kind == "none" else [benefit(kind, value, currency)]
    rewards += [_("free shipping")] if reward.free_shipping else []
    text = f"{missing}: {listed(rewards)}" if rewards else missing
    if not reward.reached_by:
        return (text,)
    names = listed(f"{one.name} {money(one.offer_minor, currency)}" for one in reward.reached_by)
    return (text, _("Reached with one of these: %(products)s") % {"products": names})
