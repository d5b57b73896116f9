"""What offers brought: seen, accepted, sold through them, and what their discounts cost."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum

from catalog.services.amounts import money
from checkout.models import LineAttribution, RedeemedOffer, RedemptionState, line_total
from offers.models import Event, EventType

# Amounts in minor units by currency.
Amounts = dict[str, int]


@dataclass(slots=True)
class OfferResults:
    """What became of one offer in a period.

    `sold` is what shoppers paid for what it proposed, when they took it from the proposal; `discount` is what
    every charged order got from it, shown or not. Orders that were called off count for nothing.
    """

    events: dict[str, int] = field(default_factory=dict)
    order_count: int = 0
    sold: Amounts = field(default_factory=dict)
    use_count: int = 0
    discount: Amounts = field(default_factory=dict)

    @property
    def seen(self) -> int:
        """Return how often it was seen."""
        return self.events.get(EventType.IMPRESSION, 0)

    @property
    def clicked(self) -> int:
        """Return how often it was clicked."""
        return self.events.get(EventType.CLICK, 0)

    @property
    def accepted(self) -> int:
        """Return how often it was accepted."""
        return self.events.get(EventType.ACCEPT, 0)

    @property
    def declined(self) -> int:
        """Return how often it was declined."""
        return self.events.get(EventType.DECLINE, 0)

    @property
    def accepted_share(self) -> str:
        """Return the accepted of 100 seen, nothing where it was not seen."""
        return f"{100 * self.accepted / self.seen:.1f} %" if self.seen else ""

    @property
    def sold_text(self) -> str:
        """Return what was sold as people write it, a dash for nothing."""
        return amounts_text(self.sold)

    @property
    def discount_text(self) -> str:
        """Return what the discounts came to, a dash for nothing."""
        return amounts_text(self.discount)


def amounts_text(amounts: Mapping[str, int]) -> str:
    """Return "$312.40", and "$312.40 + ¥980" where a shop sells in two currencies."""
    return " + ".join(money(amounts[one], one) for one in sorted(amounts) if amounts[one]) or "–"


def read_results(since: datetime, codes: Collection[str] | None = None) -> dict[str, OfferResults]:
    """Return the results of these offers, or of all that had any, by code; three queries."""
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


def _events(since: datetime) -> Any:
    """Return the events by offer and type, counted."""
    rows = Event.objects.filter(occurred_at__gte=since).order_by()
    return rows.values_list("offer_code", "type").annotate(count=Count("pk"))


def _sales(since: datetime) -> Any:
    """Return the lines that an offer led to, by offer and currency: orders and what was paid."""
    rows = LineAttribution.objects.filter(
        line__order__placed_at__gte=since, line__order__allocation__cancelled_at=None
    ).order_by()
    return rows.values_list("offer_code", "line__order__currency").annotate(
        orders=Count("line__order", distinct=True), sold=Sum(line_total("line__"))
    )


def _uses(since: datetime) -> Any:
    """Return the uses that were charged, by offer and currency: how many, and their discounts."""
    rows = RedeemedOffer.objects.filter(
        redemption__state=RedemptionState.COMMITTED,
        redemption__settled_at__gte=since,
        redemption__quote__allocation__cancelled_at=None,
    ).order_by()
    return rows.values_list("offer_code", "redemption__quote__currency").annotate(
        uses=Count("pk"), discount=Sum("discount_minor")
    )
