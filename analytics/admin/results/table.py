"""The table of a results page: its columns with links that sort, and its rows as text."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from analytics.admin.results.asked import Asked
from analytics.reports.labels import Words
from analytics.reports.results.columns import COLUMNS, rate_text, value_text
from analytics.reports.results.report import ResultsRow

# The pages that rows lead to.
_PAGES: Final = {"offer": "results_offer", "placement": "results_placement", "audience": "results_audience"}
_NO_PERIOD: Final = ("by", "sort", "placement", "audience")


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column. `sorted_as` is for `aria-sort`, empty if it is not sorted by this column."""

    title: Words
    hint: Words
    link: str
    sorted_as: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure with its rate; `is_missing` if there are too few trials for one."""

    text: str
    rate: str
    is_missing: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as text; `link` is "" if there is no page about it."""

    key: str
    title: Words
    hint: str
    link: str
    cells: tuple[Cell, ...]


def headings(asked: Asked) -> list[Heading]:
    """Return the heads of the figures, in the order of the columns."""
    return [
        Heading(one.title, one.hint, asked.sort_link(one.code), sorted_as(asked, one.code)) for one in COLUMNS
    ]


def sorted_as(asked: Asked, code: str) -> str:
    """Return how the table is sorted by a column, in the words of ARIA; "" if it is not."""
    if asked.sort_code != code:
        return ""
    return "descending" if asked.is_descending else "ascending"


def shown_rows(rows: Iterable[ResultsRow], asked: Asked) -> list[ShownRow]:
    """Return the rows as text."""
    return [
        ShownRow(
            key=str(row.key),
            title=row.title,
            hint=row.hint,
            link=_page_of(row.key, asked),
            cells=tuple(_cells(row, asked.currency)),
        )
        for row in rows
    ]


def _cells(row: ResultsRow, currency: str) -> Iterable[Cell]:
    for column in COLUMNS:
        rate = column.rate(row.funnel)
        yield Cell(
            value_text(column, row.funnel, currency),
            rate_text(rate),
            is_missing=column.whole is not None and rate is None,
        )


def _page_of(key: Any, asked: Asked) -> str:
    page = _PAGES.get(asked.group)
    if page is None or not key:
        return ""
    given = asked.given.copy()
    for name in (*_NO_PERIOD, "page", asked.group):
        given.pop(name, None)
    return f"{reverse(page, args=[key])}?{given.urlencode()}"
