"""Results of offers: impressions, acceptances, sales and discounts."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum

from catalog.services.amounts import money, percentage
from checkout.models import CreditKind, LineAttribution, RedeemedOffer, RedemptionState, line_total
from offers.models import Event, EventType, Exclusion

# Amounts in minor units by currency.
Amounts = dict[str, int]


@dataclass(slots=True)
class OfferResults:
    """The results of one offer in a period, from the events that are counted.

    `sold` is the amount paid for products that shoppers accepted from the offer; `discount` is its discount
    in all charged orders, shown or not. Cancelled orders are not counted.
    """

    events: dict[str, int] = field(default_factory=dict)
    order_count: int = 0
    sold: Amounts = field(default_factory=dict)
    use_count: int = 0
    discount: Amounts = field(default_factory=dict)

    @property
    def seen(self) -> int:
        """Return the number of impressions."""
        return self.events.get(EventType.IMPRESSION, 0)

    @property
    def clicked(self) -> int:
        """Return the number of clicks."""
        return self.events.get(EventType.CLICK, 0)

    @property
    def accepted(self) -> int:
        """Return the number of acceptances."""
        return self.events.get(EventType.ACCEPT, 0)

    @property
    def declined(self) -> int:
        """Return the number of declines."""
        return self.events.get(EventType.DECLINE, 0)

    @property
    def accepted_share(self) -> str:
        """Return the acceptance rate, "12.3%"; empty without impressions."""
        return percentage(f"{100 * self.accepted / self.seen:.1f}") if self.seen else ""

    @property
    def sold_text(self) -> str:
        """Return the sales as text; a dash for none."""
        return amounts_text(self.sold)

    @property
    def discount_text(self) -> str:
        """Return the discounts as text; a dash for none."""
        return amounts_text(self.discount)


@dataclass(frozen=True, slots=True)
class ExcludedEvents:
    """How many events of a period were not counted for a reason."""

    reason: Exclusion
    count: int


def amounts_text(amounts: Mapping[str, int]) -> str:
    """Return "$312.40", or "$312.40 + ¥980" for two currencies."""
    return " + ".join(money(amounts[one], one) for one in sorted(amounts) if amounts[one]) or "–"


def read_results(since: datetime, codes: Collection[str] | None = None) -> dict[str, OfferResults]:
    """Return the results of these offers, or of all offers that have any, by code, in three queries."""
    among = Q() if codes is None else Q(offer_code__in=codes)
    results: dict[str, OfferResults] = defaultdict(OfferResults)
    for code, kind, count in _events(since).filter(among):
        results[code].events[kind] = count
    for code, currency, orders, sold in _sales(since).filter(among):
        results[code].order_count += orders
        results[code].sold[currency] = int(sold)
    for code, currency, uses, discount in _uses(since).filter(among):
        results[code].use_count += uses
        results[code].discount[currency] = int(discount)
    return results


def read_excluded(since: datetime) -> tuple[ExcludedEvents, ...]:
    """Return how many events were not counted for each reason that occurred, the most frequent first."""
    rows = Event.objects.excluded().filter(occurred_at__gte=since).order_by()
    counts = rows.values_list("exclusion").annotate(count=Count("pk"))
    excluded = [ExcludedEvents(Exclusion(reason), count) for reason, count in counts]
    return tuple(sorted(excluded, key=lambda one: (-one.count, one.reason)))


def _events(since: datetime) -> Any:
    """Return the number of counted events by offer and type."""
    rows = Event.objects.counted().filter(occurred_at__gte=since).order_by()
    return rows.values_list("offer_code", "type").annotate(count=Count("pk"))


def _sales(since: datetime) -> Any:
    """Return the number of attributed orders and their sales by offer and currency."""
    rows = LineAttribution.objects.filter(
        how=CreditKind.DECLARED, line__order__placed_at__gte=since, line__order__cancelled_at=None
    ).order_by()
    return rows.values_list("offer_code", "line__order__currency").annotate(
        orders=Count("line__order", distinct=True), sold=Sum(line_total("line__"))
    )


def _uses(since: datetime) -> Any:
    """Return the number of charged uses and their discounts by offer and currency."""
    rows = RedeemedOffer.objects.filter(
        redemption__state=RedemptionState.COMMITTED,
        redemption__settled_at__gte=since,
        redemption__quote__allocation__order__cancelled_at=None,
    ).order_by()
    return rows.values_list("offer_code", "redemption__quote__currency").annotate(
        uses=Count("pk"), discount=Sum("discount_minor")
    )
