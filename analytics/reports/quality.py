"""How often the proposals hit, beside plain best sellers: now in words, over time as charts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from analytics.models import RecomputeRun, RunState
from analytics.reports.charts import Chart, Series
from analytics.reports.wording import CONSTANTS, METHODS, QUESTIONS, RESULTS, in_order, number, spoken
from analytics.stats.quality import QuestionQuality, unpack_quality

PERIOD = timedelta(days=90)
DAYS_FOR_A_TREND = 3
MOST_POINTS = 90


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question: what was chosen and how it did, in words, and its quality over time."""

    title: str
    result: str  # empty where nothing was measured
    precision: str
    method: str
    constants: list[tuple[str, str]]
    chart: Chart | None


def read_quality(at: datetime) -> list[QuestionReport]:
    """Return a report a question, by the newest of the runs of the last days; two queries."""
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
    """Return the newest run of each day that measured its quality, the oldest first, with its label.

    Before there are three days, every run is one: the first day's chart is no single point.
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
        title=spoken(QUESTIONS, row.question),
        result=_result(row),
        precision=_precision(row),
        method=spoken(METHODS, row.method),
        constants=[
            (spoken(CONSTANTS, name), number(row.constants[name]))
            for name in in_order(CONSTANTS, row.constants)
        ],
        chart=_chart(labels, past) if row.hit_rate is not None else None,
    )


def results_of(run: RecomputeRun) -> list[str]:
    """Return how a run did, a sentence for each question that was measured."""
    rows = {row.question: row for row in unpack_quality(run.quality)}
    sentences = [_result(rows[question]) for question in in_order(QUESTIONS, rows)]
    return [sentence for sentence in sentences if sentence]


def _result(row: QuestionQuality) -> str:
    """Return "31 of 100 carts …": nothing where nothing was measured."""
    if row.hit_rate is None or row.question not in RESULTS:
        return ""
    hits = {"hits": _of_100(row.hit_rate), "baseline": _of_100(row.baseline_hit_rate)}
    return str(RESULTS[row.question]) % hits


def _precision(row: QuestionQuality) -> str:
    if row.hit_rate is None:
        return ""
    if row.standard_error is None:
        return _("Asked about %(count)s orders that were held back.") % {"count": number(row.basket_count)}
    return _("Asked about %(count)s orders that were held back; give or take %(error)s of 100.") % {
        "count": number(row.basket_count),
        "error": number(round(100 * row.standard_error, 1)),
    }


def _of_100(rate: float | None) -> str:
    return "–" if rate is None else number(round(100 * rate))


def _chart(labels: list[str], past: list[QuestionQuality | None]) -> Chart:
    return Chart(
        kind="line",
        title=_("Hits within 10 proposals, of 100"),
        labels=labels,
        series=[
            Series(_("your shop"), [_percent(each.hit_rate) if each else None for each in past]),
            Series(
                _("plain best sellers"),
                [_percent(each.baseline_hit_rate) if each else None for each in past],
                "theirs",
            ),
        ],
        decimals=1,
    )


def _percent(rate: float | None) -> float | None:
    return None if rate is None else round(100 * rate, 1)
