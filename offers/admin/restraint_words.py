"""Policies of restraint as sentences."""

from datetime import date, time
from typing import Final

from django.conf import settings
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from offers.kinds.config import kind_choices
from offers.models import CountedOutcome, PausedScope, QuietPeriod, RestraintCap, RestraintPolicy
from offers.services.speech import country_names

# Texts join their parts as their language does.
_JOINTS: Final = {"ja": "、"}


def policy_sentence(policy: RestraintPolicy) -> str:
    """Return what a policy does, with what it is restricted to."""
    parts = {"what": _counted(policy), "scope": _scope(policy), "pause": _pause(policy)}
    if policy.pause_days == 0:
        sentence = _("Nothing is paused after %(what)s.") % parts
    elif policy.count == 1:
        sentence = _("After %(what)s, pause %(scope)s %(pause)s.") % parts
    else:
        window = ngettext("within %(days)d day", "within %(days)d days", policy.window_days)
        parts["window"] = window % {"days": policy.window_days}
        sentence = _("After %(what)s %(window)s, pause %(scope)s %(pause)s.") % parts
    where = _joint().join(_restrictions(policy))
    only = _("Only for: %(where)s.") % {"where": where}
    return f"{sentence}{_space()}{only}" if where else sentence


def cap_sentence(cap: RestraintCap) -> str:
    """Return what a cap allows."""
    where = cap.get_channel_display() if cap.channel else _("all channels together")
    words = ngettext(
        "At most %(count)d offer in %(days)s on %(where)s.",
        "At most %(count)d offers in %(days)s on %(where)s.",
        cap.count,
    )
    days = ngettext("%(days)d day", "%(days)d days", cap.window_days) % {"days": cap.window_days}
    return words % {"count": cap.count, "days": days, "where": where}


def quiet_sentence(period: QuietPeriod) -> str:
    """Return when a quiet period is."""
    parts = []
    if period.starts_at is not None and period.ends_at is not None:
        hours = {"from": _time(period.starts_at), "to": _time(period.ends_at)}
        parts.append(_("all day") if period.starts_at == period.ends_at else _("%(from)s to %(to)s") % hours)
        parts += [str(WEEKDAYS_ABBR[int(day)]) for day in period.weekdays]
    parts += [date_format(date.fromisoformat(day)) for day in period.dates]
    if period.holiday_country:
        country = country_names(get_language() or "en").get(period.holiday_country, period.holiday_country)
        parts.append(_("on public holidays of %(country)s") % {"country": country})
    where = period.get_channel_display() if period.channel else _("All channels")
    return _("%(where)s: quiet %(when)s.") % {"where": where, "when": _joint().join(parts)}


def _counted(policy: RestraintPolicy) -> str:
    count = policy.count
    words = {
        CountedOutcome.SHOWN: ngettext("%(count)d view", "%(count)d views", count),
        CountedOutcome.CLICKED: ngettext("%(count)d click", "%(count)d clicks", count),
        CountedOutcome.DISMISSED: ngettext("%(count)d dismissal", "%(count)d dismissals", count),
        CountedOutcome.LATER: ngettext("being put off once", "being put off %(count)d times", count),
        CountedOutcome.DECLINED: ngettext("%(count)d decline", "%(count)d declines", count),
        CountedOutcome.ACCEPTED: ngettext("%(count)d acceptance", "%(count)d acceptances", count),
    }[CountedOutcome(policy.outcome)]
    if policy.without_click:
        words = ngettext("%(count)d view without a click", "%(count)d views without a click", count)
    return words % {"count": count}


def _scope(policy: RestraintPolicy) -> str:
    return {
        PausedScope.OFFER: _("the offer"),
        PausedScope.PRODUCT: _("the product"),
        PausedScope.CATEGORY: _("the category"),
        PausedScope.KIND: _("all offers of the kind"),
        PausedScope.EVERYTHING: _("all offers"),
    }[PausedScope(policy.pauses)]


def _pause(policy: RestraintPolicy) -> str:
    if policy.pause_days is not None:
        words = ngettext("for %(days)d day", "for %(days)d days", policy.pause_days)
        return words % {"days": policy.pause_days}
    if policy.outcome == CountedOutcome.ACCEPTED:
        return _("until it is needed again")
    words = ngettext(
        "for the period of the shop (%(days)d day)",
        "for the period of the shop (%(days)d days)",
        settings.AWASE_DECLINE_DAYS,
    )
    return words % {"days": settings.AWASE_DECLINE_DAYS}


def _restrictions(policy: RestraintPolicy) -> list[str]:
    kinds = dict(kind_choices())
    parts = [
        str(policy.offer or ""),
        str(kinds.get(policy.kind, policy.kind)),
        str(policy.placement or ""),
        str(policy.get_channel_display() if policy.channel else ""),
    ]
    return [part for part in parts if part]


def _space() -> str:
    """Return what is between two sentences: nothing in Japanese."""
    return "" if (get_language() or "").startswith("ja") else " "


def _joint() -> str:
    return _JOINTS.get((get_language() or "")[:2], ", ")


def _time(moment: time) -> str:
    return time_format(moment, "H:i")
