"""Recommendation quality compared with best sellers: the latest as text, over time as charts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.models import RecomputeRun, RunState
from analytics.reports.charts import Chart, Series
from analytics.reports.labels import CONSTANTS, METHODS, QUESTIONS, RESULTS, in_order, label_of, number
from analytics.stats.quality import QuestionQuality, unpack_quality
from engine.moments import EPOCH

PERIOD = timedelta(days=90)
DAYS_FOR_A_TREND = 3
MOST_POINTS = 90


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """A question: the selected method, its result as text, and its quality over time."""

    title: str
    result: str  # empty if nothing was measured
    precision: str
    method: str
    constants: list[tuple[str, str]]
    chart: Chart | None


def read_quality(at: datetime) -> list[QuestionReport]:
    """Return a report for each question, from the newest measured run of the last days, in two queries."""
    runs = _runs(at)
    if not runs:
        return []
    labels = [label for label, _run in runs]
    past = [{row.question: row for row in unpack_quality(run.quality)} for _label, run in runs]
    return [
        _report(past[-1][question], labels, [rows.get(question) for rows in past])
        for question in in_order(QUESTIONS, past[-1])
    ]


def _runs(at: datetime) -> list[tuple[str, RecomputeRun]]:
    """Return the last measured run of each day with its label, the oldest first.

    With fewer than three days it returns every run, so that the first day's chart has more than one point.
    """
    done = RecomputeRun.objects.filter(state=RunState.SUCCEEDED, finished_at__gte=at - PERIOD)
    moments = done.exclude(quality={}).order_by("finished_at", "pk").values_list("pk", "finished_at")
    keys = {pk: localtime(moment) for pk, moment in moments if moment}
    of_days = {moment.date(): pk for pk, moment in keys.items()}
    by_day = len(of_days) >= DAYS_FOR_A_TREND
    chosen = list(of_days.values()) if by_day else list(keys)[-MOST_POINTS:]
    runs = RecomputeRun.objects.only("quality").in_bulk(chosen)
    form = "MONTH_DAY_FORMAT" if by_day else "SHORT_DATETIME_FORMAT"
    return [(date_format(keys[pk], form), runs[pk]) for pk in chosen if pk in runs]


def _report(row: QuestionQuality, labels: list[str], past: list[QuestionQuality | None]) -> QuestionReport:
    return QuestionReport(
        title=label_of(QUESTIONS, row.question),
        result=_result(row),
        precision=_precision(row),
        method=label_of(METHODS, row.method),
        constants=[
            (label_of(CONSTANTS, name), number(row.constants[name]))
            for name in in_order(CONSTANTS, row.constants)
        ],
        chart=_chart(labels, past) if row.hit_rate is not None else None,
    )


def results_of(run: RecomputeRun) -> list[str]:
    """Return the results of a run, one sentence for each measured question; or what it used instead."""
    # As it is stored: its class would load scipy.
    if not run.quality and (kept := run.kept_fit):
        newest = localtime(EPOCH + timedelta(microseconds=kept["newest_us"]))
        used = _("Used the constants of an earlier recompute, chosen on %(orders)s orders up to %(date)s.")
        return [used % {"orders": number(kept["order_count"]), "date": date_format(newest)}]
    rows = {row.question: row for row in unpack_quality(run.quality)}
    sentences = [_result(rows[question]) for question in in_order(QUESTIONS, rows)]
    return [sentence for sentence in sentences if sentence]


def _result(row: QuestionQuality) -> str:
    """Return "In 31 of 100 carts …", or an empty string if nothing was measured."""
    if row.hit_rate is None or row.question not in RESULTS:
        return ""
    hits = {"hits": _of_100(row.hit_rate), "baseline": _of_100(row.baseline_hit_rate)}
    return str(RESULTS[row.question]) % hits


def _precision(row: QuestionQuality) -> str:
    if row.hit_rate is None:
        return ""
    if row.standard_error is None:
        return _("Measured on %(count)s held-out orders.") % {"count": number(row.basket_count)}
    return _("Measured on %(count)s held-out orders; standard error %(error)s of 100.") % {
        "count": number(row.basket_count),
        "error": number(round(100 * row.standard_error, 1)),
    }


def _of_100(rate: float | None) -> str:
    return "–" if rate is None else number(round(100 * rate))


def _chart(labels: list[str], past: list[QuestionQuality | None]) -> Chart:
    return Chart(
        kind="line",
        title=_("Hit rate of the top 10 (%)"),
        labels=labels,
        series=[
            Series(_("recommendations"), [_percent(each.hit_rate) if each else None for each in past]),
            Series(
                _("best sellers only"),
                [_percent(each.baseline_hit_rate) if each else None for each in past],
                "theirs",
            ),
        ],
        decimals=1,
    )


def _percent(rate: float | None) -> float | None:
    return None if rate is None else round(100 * rate, 1)
