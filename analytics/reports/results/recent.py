"""Results of some offers in the last days, for lists of offers: all currencies next to each other."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils.timezone import localdate

from analytics.models import EVERYBODY, DailyResult
from catalog.services.amounts import money
from checkout.models import CreditKind

# Amounts in minor units by currency.
Amounts = dict[str, int]


@dataclass(slots=True)
class OfferResults:
    """The results of one offer: `sold` is attributed and direct, `discount` of all its charged orders."""

    seen: int = 0
    clicked: int = 0
    accepted: int = 0
    order_count: int = 0
    use_count: int = 0
    sold: Amounts = field(default_factory=dict)
    discount: Amounts = field(default_factory=dict)

    @property
    def sold_text(self) -> str:
        """Return the sales as text; a dash for none."""
        return amounts_text(self.sold)

    @property
    def discount_text(self) -> str:
        """Return the discounts as text; a dash for none."""
        return amounts_text(self.discount)


def amounts_text(amounts: Mapping[str, int]) -> str:
    """Return "$312.40", or "$312.40 + ¥980" for two currencies."""
    return " + ".join(money(amounts[one], one) for one in sorted(amounts) if amounts[one]) or "–"


def read_recent(codes: Collection[str], *, days: int, at: datetime) -> dict[str, OfferResults]:
    """Return the results of these offers in the days until `at`, in one query."""
    today = localdate(at)
    period = (today - timedelta(days=days - 1), today)
    rows = DailyResult.objects.filter(offer__in=codes, day__range=period, audience=EVERYBODY).order_by()
    sums = rows.values_list("offer", "credit", "currency").annotate(
        Sum("seen"),
        Sum("clicked"),
        Sum("accepted"),
        Sum("orders"),
        Sum("sales_minor"),
        Sum("uses"),
        Sum("discount_minor"),
    )
    found: dict[str, OfferResults] = defaultdict(OfferResults)
    for code, credit, currency, *figures in sums:
        seen, clicked, accepted, orders, sales, uses, discount = figures
        results = found[code]
        results.seen += seen
        results.clicked += clicked
        results.accepted += accepted
        results.use_count += uses
        results.discount[currency] = results.discount.get(currency, 0) + discount
        if credit != CreditKind.ASSISTED:
            results.order_count += orders
            results.sold[currency] = results.sold.get(currency, 0) + sales
    return dict(found)
