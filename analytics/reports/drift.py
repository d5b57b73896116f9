"""What has changed, in words, with the reason and the page that shows more."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy

from analytics.models import RecomputeRun, RunState
from analytics.reports.labels import QUESTIONS, label_of
from analytics.services.drift_signals import DriftCode, DriftSignal, read_drift
from analytics.stats.experiments.drift import DriftLevel
from offers.models import Offer

_SENTENCES: Final = {
    DriftCode.PROPOSALS: gettext_lazy("%(share)s%% of the recommendations are new since the last recompute."),
    DriftCode.CATEGORIES: gettext_lazy(
        "Orders are distributed differently among categories than four weeks before (index %(index)s)."
    ),
    DriftCode.PRICES: gettext_lazy("The prices paid differ from four weeks before (index %(index)s)."),
    DriftCode.CUSTOMERS: gettext_lazy(
        "The mix of guests, new and returning customers differs from four weeks before (index %(index)s)."
    ),
    DriftCode.HIT_RATE: gettext_lazy(
        "%(subject)s: %(now)s of 100 held-out orders are hit; in the runs before, it was %(before)s."
    ),
    DriftCode.ORDERS: gettext_lazy("No order for %(days)s days. Are orders still being sent?"),
    DriftCode.ACCEPTANCE: gettext_lazy(
        "“%(subject)s” was accepted in %(now)s%% of views in the last 7 days; "
        "in the 4 weeks before, it was %(before)s%%."
    ),
    DriftCode.UNSHOWN: gettext_lazy(
        "“%(subject)s” is live but was not shown in the last 7 days; "
        "in the 4 weeks before, it was chosen %(times)s times."
    ),
}
_OF_OFFERS: Final = {DriftCode.ACCEPTANCE, DriftCode.UNSHOWN}
_PERCENT: Final = {"share", "now", "before"}


@dataclass(frozen=True, slots=True)
class DriftRow:
    """A change that calls for a look or for action, and where to look."""

    text: str
    link: str
    is_urgent: bool


def read_changes() -> tuple[DriftRow, ...]:
    """Return what the last recompute found, the urgent first, in two queries."""
    done = RecomputeRun.objects.filter(state=RunState.SUCCEEDED).order_by("-finished_at", "-pk")
    document = done.values_list("drift", flat=True).first() or []
    signals = [signal for signal in read_drift(document) if signal.level != DriftLevel.STABLE]
    codes = {signal.subject for signal in signals if signal.code in _OF_OFFERS}
    offers = {offer.code: offer for offer in Offer.objects.filter(code__in=codes).only("code", "name")}
    rows = (_row(signal, offers.get(signal.subject)) for signal in signals)
    return tuple(sorted(rows, key=lambda row: not row.is_urgent))


def _row(signal: DriftSignal, offer: Offer | None) -> DriftRow:
    said = {name: _figure(name, value) for name, value in signal.figures.items()}
    if signal.code == DriftCode.UNSHOWN:
        said["times"] = number_format(signal.figures["before"], 0, force_grouping=True)
    subject = offer.name if offer else signal.subject
    said["subject"] = label_of(QUESTIONS, subject) if signal.code == DriftCode.HIT_RATE else subject
    text = str(_SENTENCES[signal.code]) % said
    return DriftRow(text, _link(signal, offer), is_urgent=signal.level == DriftLevel.ACT)


def _figure(name: str, value: float) -> str:
    if name == "index":
        return str(number_format(value, 2))
    return str(number_format(100 * value if name in _PERCENT else value, 1))


def _link(signal: DriftSignal, offer: Offer | None) -> str:
    """Return the page that shows more; empty if the offer was deleted."""
    if signal.code in _OF_OFFERS:
        return reverse("admin:offers_offer_change", args=[offer.pk]) if offer else ""
    if signal.code == DriftCode.ORDERS:
        return reverse("admin:checkout_order_changelist")
    return reverse("statistics")
