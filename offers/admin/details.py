"""What a proposal tells beyond its products and their price, in a merchandiser's words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.services.amounts import benefit, listed, money
from engine.decision.kinds.add_on import Choice
from engine.decision.kinds.quantity import NextTier
from engine.decision.kinds.subscription import Recurring
from engine.decision.kinds.threshold import NextReward
from engine.decision.types import Detail


def detail_texts(detail: Detail | None, currency: str) -> tuple[str, ...]:
    """Return the sentences of a proposal's kind; an upgrade, a cross-sell and a bundle have none."""
    match detail:
        case NextTier():
            return (_next_tier(detail, currency),)
        case NextReward():
            return tuple(_next_reward(detail, currency))
        case Recurring():
            return tuple(_recurring(detail, currency))
        case Choice():
            return tuple(_choice(detail, currency))
    return ()


def _next_tier(tier: NextTier, currency: str) -> str:
    words = ngettext(
        "%(more)d more: %(quantity)d units then cost %(total)s, %(gain)s less than by themselves.",
        "%(more)d more: %(quantity)d units then cost %(total)s, %(gain)s less than by themselves.",
        tier.more,
    )
    return words % {
        "more": tier.more,
        "quantity": tier.quantity,
        "total": money(tier.total_minor, currency),
        "gain": money(tier.gain_minor, currency),
    }


def _next_reward(reward: NextReward, currency: str) -> list[str]:
    if reward.missing == "spend":
        missing = _("%(amount)s more to go") % {"amount": money(reward.amount, currency)}
    else:
        words = ngettext("%(count)d more unit to go", "%(count)d more units to go", reward.amount)
        missing = words % {"count": reward.amount}
    kind, value = reward.benefit
    rewards = [] if kind == "none" else [benefit(kind, value, currency)]
    rewards += [_("free shipping")] if reward.free_shipping else []
    said = [f"{missing}: {', '.join(rewards)}" if rewards else missing]
    if reward.reached_by:
        names = listed(f"{one.name} {money(one.offer_minor, currency)}" for one in reward.reached_by)
        said.append(_("Reached with one of these: %(products)s") % {"products": names})
    return said


def _recurring(delivery: Recurring, currency: str) -> list[str]:
    now, later = money(delivery.now_minor, currency), money(delivery.later_minor, currency)
    if now == later:
        said = [_("%(price)s each delivery.") % {"price": now}]
    else:
        words = _("%(now)s now, %(later)s from delivery %(cycle)d on.")
        said = [words % {"now": now, "later": later, "cycle": delivery.from_cycle}]
    if delivery.intervals:
        days = listed(map(str, delivery.intervals))
        said.append(_("Every %(days)s days.") % {"days": days})
    return said


def _choice(choice: Choice, currency: str) -> list[str]:
    options = [f"{option.name} +{money(option.offer_minor, currency)}" for option in choice.options]
    said = [listed(options)]
    if choice.included_count:
        words = ngettext("%(count)d option included", "%(count)d options included", choice.included_count)
        said.append(words % {"count": choice.included_count})
    return said
