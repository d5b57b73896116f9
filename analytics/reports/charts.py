"""Charts for Unfold's Chart.js components, each with the table that says the same."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

# Unfold resolves its own colours, so that a chart follows the theme.
COLOURS = {"ours": "var(--color-primary-600)", "theirs": "var(--color-base-400)"}


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one set of bars: a value a label, None where there is none."""

    name: str
    values: Sequence[float | None]
    role: str = "ours"  # or "theirs": what it is measured by


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one or more series over the same labels."""

    kind: str  # "line" or "bar"
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    decimals: int = 0

    @property
    def component(self) -> str:
        """Return Unfold's template of this kind of chart."""
        return f"unfold/components/chart/{self.kind}.html"

    @property
    def data(self) -> str:
        """Return what Chart.js draws."""
        datasets = [
            {
                "label": series.name,
                "data": list(series.values),
                "borderColor": COLOURS[series.role],
                "backgroundColor": COLOURS[series.role],
                **_SHAPE[self.kind],
            }
            for series in self.series
        ]
        return json.dumps({"labels": list(self.labels), "datasets": datasets})

    @property
    def options(self) -> str:
        """Return how Chart.js draws it: from zero up, without moving."""
        scale: dict[str, Any] = {"grid": {"tickWidth": 0}, "ticks": {"color": "#9ca3af", "maxTicksLimit": 8}}
        return json.dumps(
            {
                "animation": False,
                "responsive": True,
                "maintainAspectRatio": False,
                "plugins": {"legend": {"display": False}},
                "scales": {"x": {**scale, "grid": {"display": False}}, "y": {**scale, "beginAtZero": True}},
            }
        )

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """Return the table: each label with its values as text."""
        return [
            (label, [self._text(series.values[place]) for series in self.series])
            for place, label in enumerate(self.labels)
        ]

    def _text(self, value: float | None) -> str:
        if value is None:
            return "–"
        return str(number_format(value, self.decimals, force_grouping=True))


_SHAPE: dict[str, dict[str, Any]] = {
    # A point is drawn too: the first run alone makes no line.
    "line": {"borderWidth": 2, "pointRadius": 3, "tension": 0.2, "spanGaps": True},
    "bar": {"borderRadius": 4, "maxBarThickness": 28},
}
