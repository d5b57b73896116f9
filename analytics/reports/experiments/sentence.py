"""What an experiment has shown, in one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.reports.experiments.words import METRIC_NAMES, difference_text, share_text, signed_text
from analytics.services.experiments.result import ArmVerdict
from analytics.stats.experiments.verdict import VerdictKind
from catalog.services.amounts import listed

_GOOD: Final = {VerdictKind.BETTER}
_BAD: Final = {
    VerdictKind.WORSE,
    VerdictKind.BETTER_WITH_HARM,
    VerdictKind.BROKEN_SPLIT,
    VerdictKind.LOST_EXPOSURES,
}


# A sentence for each kind, with its gaps.
_PATTERNS: Final[Mapping[VerdictKind, Any]] = {
    VerdictKind.BROKEN_SPLIT: gettext_lazy(
        "No verdict: in phase %(phase)s, shoppers are not divided as configured. The arms cannot be "
        "compared. Find the cause, then start a new phase."
    ),
    VerdictKind.LOST_EXPOSURES: gettext_lazy(
        "No verdict: %(missing)s of the shoppers of “%(lost_arm)s” were never reported to have seen what "
        "was shown to them, and %(other)s of the arm with the fewest such losses. Check the events of "
        "your storefront."
    ),
    VerdictKind.NO_DATA: gettext_lazy("Not enough data about “%(arm)s” yet."),
    VerdictKind.BETTER: gettext_lazy(
        "“%(arm)s” is better: %(metric)s %(value)s, between %(low)s and %(high)s."
    ),
    VerdictKind.BETTER_WITH_HARM: gettext_lazy(
        "“%(arm)s” is better: %(metric)s %(value)s, between %(low)s and %(high)s. But it harms: "
        "%(guardrails)s."
    ),
    VerdictKind.WORSE: gettext_lazy(
        "“%(arm)s” is worse: %(metric)s %(value)s, between %(low)s and %(high)s."
    ),
    VerdictKind.NO_DIFFERENCE_SEEN: gettext_lazy(
        "“%(arm)s” made no visible difference: %(metric)s between %(low)s and %(high)s."
    ),
    VerdictKind.ENDED_EARLY: gettext_lazy(
        "Stopped early. “%(arm)s” made no visible difference: %(metric)s between %(low)s and %(high)s. A "
        "real difference below %(smallest)s could not be seen."
    ),
    VerdictKind.TOO_EARLY: gettext_lazy(
        "Too early to judge “%(arm)s”: %(metric)s between %(low)s and %(high)s. A real difference below "
        "%(smallest)s cannot be seen yet."
    ),
}
# At the first looks, no difference could be seen.
_TOO_EARLY: Final = gettext_lazy("Too early to judge “%(arm)s”.")


@dataclass(frozen=True, slots=True)
class VerdictSentence:
    """The verdict about an arm; `tone` is good, bad or open."""

    text: str
    tone: str


def verdict_sentence(verdict: ArmVerdict, arms: Mapping[str, Any], currency: str) -> VerdictSentence:
    """Return the verdict as a sentence in the reader's language; `arms` are their names by code."""
    kind = VerdictKind(verdict.kind)
    tone = "good" if kind in _GOOD else "bad" if kind in _BAD else "open"
    is_blind = kind is VerdictKind.TOO_EARLY and verdict.smallest_effect is None
    pattern = _TOO_EARLY if is_blind else _PATTERNS[kind]
    return VerdictSentence(str(pattern) % _values(verdict, arms, currency), tone)


def _values(verdict: ArmVerdict, arms: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return what the gaps are filled with."""

    def signed(value: float | None) -> str:
        return "–" if value is None else signed_text(verdict.metric, value, currency)

    return {
        "arm": arms.get(verdict.arm, verdict.arm),
        "metric": METRIC_NAMES[verdict.metric],
        "value": signed(verdict.value),
        "low": signed(verdict.low),
        "high": signed(verdict.high),
        "smallest": _smallest(verdict, currency),
        "guardrails": listed(str(METRIC_NAMES[code]) for code in verdict.guardrails),
        "phase": verdict.phase,
        "lost_arm": arms.get(verdict.lost_arm or "", verdict.lost_arm),
        "missing": share_text(verdict.missing_share or 0),
        "other": share_text(verdict.other_share or 0),
    }


def _smallest(verdict: ArmVerdict, currency: str) -> str:
    """Return the smallest visible difference, also as a share of the control: "$1.20 (8.0%)"."""
    if verdict.smallest_effect is None:
        return "–"
    text = difference_text(verdict.metric, verdict.smallest_effect, currency)
    if not verdict.control_mean or verdict.control_mean < 0:
        return text
    share = share_text(verdict.smallest_effect / verdict.control_mean)
    return _("%(amount)s (%(share)s)") % {"amount": text, "share": share}
