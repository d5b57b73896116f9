"""The page of a bandit: what it does now and why, and how each arm would convert alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import msgspec
from django.utils.translation import gettext as _

from analytics.reports.experiments.words import share_text
from analytics.services.experiments.bandit.figures import BanditArm, BanditFigures, RateEstimate
from analytics.stats.experiments.bandit.limit import LIMIT
from offers.models import WHOLE, BanditDay, Experiment

# How many days the page lists.
_LISTED: Final = 14


@dataclass(frozen=True, slots=True)
class BanditRow:
    """An arm: its share of today, the chance that it is the best, and how it would convert alone."""

    name: Any
    share: str
    chance: str
    shoppers: int
    buyers: int
    rate: str
    normalised: str
    plain: str
    effective_size: int | None


@dataclass(frozen=True, slots=True)
class BanditReport:
    """A bandit in words; `days` are the shares of each day, the newest first."""

    sentences: Sequence[str]
    is_settled: bool
    day: date
    window_days: int
    rows: Sequence[BanditRow]
    names: Sequence[Any]
    days: Sequence[tuple[date, Sequence[str]]]


def bandit_report(experiment: Experiment, names: Mapping[str, Any]) -> BanditReport | None:
    """Return what the bandit does in the reader's language; None before its first midnight."""
    days = list(BanditDay.objects.filter(experiment=experiment).order_by("-day")[:_LISTED])
    if not days:
        return None
    figures = msgspec.convert(days[0].figures, BanditFigures)
    return BanditReport(
        sentences=_sentences(figures, names),
        is_settled=figures.is_settled,
        day=days[0].day,
        window_days=figures.window_days,
        rows=[_row(one, names) for one in figures.arms],
        names=[names.get(one.arm, one.arm) for one in figures.arms],
        days=[(one.day, [_share_text(one.shares.get(arm.arm, 0)) for arm in figures.arms]) for one in days],
    )


def _sentences(figures: BanditFigures, names: Mapping[str, Any]) -> list[str]:
    best = max(figures.arms, key=lambda one: one.chance)
    said = {
        "arm": names.get(best.arm, best.arm),
        "chance": share_text(best.chance),
        "share": _share_text(best.share_bp),
        "value": share_text(figures.value_remaining),
        "limit": share_text(LIMIT, 0),
    }
    now = _("“%(arm)s” is the best arm with a probability of %(chance)s. Today it gets %(share)s.") % said
    if figures.is_settled:
        words = _("Settled: another arm would convert hardly better. Conclude the experiment with “%(arm)s”.")
        return [now, words % said]
    words = _(
        "Another arm may still convert %(value)s better. The shares stop changing when this is below "
        "%(limit)s."
    )
    return [now, words % said]


def _row(arm: BanditArm, names: Mapping[str, Any]) -> BanditRow:
    known = arm.would_convert
    return BanditRow(
        name=names.get(arm.arm, arm.arm),
        share=_share_text(arm.share_bp),
        chance=share_text(arm.chance),
        shoppers=arm.shoppers,
        buyers=arm.buyers,
        rate=share_text(arm.buyers / arm.matured, 2) if arm.matured else "–",
        normalised="–" if known is None else _estimate_text(known.normalised),
        plain="–" if known is None else _estimate_text(known.plain),
        effective_size=None if known is None else round(known.effective_size),
    )


def _share_text(basis_points: int) -> str:
    """Return a share with as many decimals as the probabilities beside it."""
    return share_text(basis_points / WHOLE)


def _estimate_text(found: RateEstimate) -> str:
    """Return a rate with its interval, which cannot be below 0: "4.2% (3.8% to 4.7%)"."""
    value, low, high = (share_text(max(one, 0.0), 2) for one in (found.value, found.low, found.high))
    return _("%(value)s (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}
