"""What became of offers, from the decision to the purchase: sums of daily results.

Sales are *attributed*: they came after a click, which does not say that they came because of it. Direct are
those of the proposed product (named by the shop, or clicked before), assisted those of other products.
Amounts are of one currency, and are never added up with those of another.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from django.db.models import QuerySet, Sum

from analytics.models import DailyResult, DailyTotal
from analytics.services.totals.sql import MEASURES
from checkout.models import CreditKind

Source = type[DailyResult] | type[DailyTotal]


@dataclass(slots=True)
class Attributed:
    """Orders that are credited to offers, all lines of one credit, with what was returned of them.

    An order that is credited to two offers counts for both. `margin_minor` is that of the `costed_units`.
    """

    orders: int = 0
    units: int = 0
    sales_minor: int = 0
    returned_units: int = 0
    returned_minor: int = 0
    costed_units: int = 0
    margin_minor: int = 0

    @property
    def known_margin_minor(self) -> int | None:
        """Return the margin; None if the cost of nothing that was kept is known."""
        return self.margin_minor if self.costed_units else None


@dataclass(slots=True)
class Funnel:
    """The steps of offers: decided (also if withheld), shown by the server, seen by shoppers, and so on.

    `uses` and `discount_minor` are of all charged orders, whether or not the offer was shown.
    """

    decided: int = 0
    shown: int = 0
    seen: int = 0
    clicked: int = 0
    accepted: int = 0
    declined: int = 0
    uses: int = 0
    discount_minor: int = 0
    direct: Attributed = field(default_factory=Attributed)
    assisted: Attributed = field(default_factory=Attributed)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing happened."""
        return self == Funnel()


_SOLD: Final = tuple(one.name for one in fields(Attributed))
_USED: Final = ("uses", "discount_minor")
_TRAFFIC: Final = tuple(name for name in MEASURES if name not in {*_SOLD, *_USED})
_SUMS: Final = {f"{name}_sum": Sum(name) for name in MEASURES}


@dataclass(slots=True)
class Figures:
    """Funnels by what they were grouped by, in one of the `currencies` that occurred."""

    funnels: dict[Any, Funnel]
    currencies: tuple[str, ...]


def read_funnels(rows: "QuerySet[Any]", group: str, currency: str) -> Figures:
    """Return the funnels of these rows by a column, in one query.

    Steps are counted in all currencies; orders, uses and amounts only in this one.
    """
    keys = (group, "credit", "currency")
    found = rows.order_by().values(*keys).annotate(**_SUMS)
    funnels: dict[Any, Funnel] = defaultdict(Funnel)
    currencies = set()
    for row in found:
        _add(funnels[row[group]], row, currency)
        if row["credit"] or row["uses_sum"]:
            currencies.add(row["currency"])
    return Figures(dict(funnels), tuple(sorted(currencies)))


def total_of(funnels: Iterable[Funnel]) -> Funnel:
    """Return the sum of funnels."""
    total = Funnel()
    for one in funnels:
        for name in (*_TRAFFIC, *_USED):
            setattr(total, name, getattr(total, name) + getattr(one, name))
        for ours, theirs in ((total.direct, one.direct), (total.assisted, one.assisted)):
            for name in _SOLD:
                setattr(ours, name, getattr(ours, name) + getattr(theirs, name))
    return total


def _add(funnel: Funnel, row: Mapping[str, Any], currency: str) -> None:
    _increase(funnel, _TRAFFIC, row)
    if row["currency"] == currency:
        _increase(funnel, _USED, row)
        credited = funnel.assisted if row["credit"] == CreditKind.ASSISTED else funnel.direct
        _increase(credited, _SOLD, row)


def _increase(target: Funnel | Attributed, names: Iterable[str], row: Mapping[str, Any]) -> None:
    for name in names:
        setattr(target, name, getattr(target, name) + int(row[f"{name}_sum"] or 0))
