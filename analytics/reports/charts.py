"""Charts for Unfold's Chart.js components, each with a table of the same figures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

# Unfold resolves its colour variables, so that charts follow the theme.
COLOURS = {"ours": "var(--color-primary-600)", "theirs": "var(--color-base-400)"}


@dataclass(frozen=True, slots=True)
class Series:
    """A line or a set of bars: one value per label, None for a missing one."""

    name: str
    values: Sequence[float | None]
    role: str = "ours"  # or "theirs": the baseline


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
        """Return Unfold's template for this kind of chart."""
        return f"unfold/components/chart/{self.kind}.html"

    @property
    def data(self) -> str:
        """Return the data for Chart.js."""
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
        """Return the options for Chart.js: the axis starts at zero, no animation."""
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
        """Return the rows of the table: each label with its values as text."""
        return [
            (label, [self._text(series.values[place]) for series in self.series])
            for place, label in enumerate(self.labels)
        ]

    def _text(self, value: float | None) -> str:
        if value is None:
            return "–"
        return str(number_format(value, self.decimals, force_grouping=True))


_SHAPE: dict[str, dict[str, Any]] = {
    # Points are drawn because a single run makes no line.
    "line": {"borderWidth": 2, "pointRadius": 3, "tension": 0.2, "spanGaps": True},
    "bar": {"borderRadius": 4, "maxBarThickness": 28},
}
