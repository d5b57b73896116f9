"""Versions of offers: each change of the price rules is recorded as one."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.expressions import Window
from django.db.models.functions import RowNumber

from accounts.models import User
from offers.kinds.registry import kind_of
from offers.models import Offer, OfferVersion
from offers.services.collection.sources import collect_offer_sources
from offers.services.source import OfferSource

# What makes the price of an offer of any kind. Its audience, period and placements do not.
_PRICE_FIELDS = (
    "kind",
    "priority",
    "currency",
    "lane",
    "purchase",
    "price_base",
    "excludes",
    "max_discount_minor",
    "margin_floor_bp",
    "needs_acceptance",
    "max_times",
    "benefit",
    "triggers",
    "discounted",
)


@transaction.atomic
def record_versions(
    *, offers: QuerySet[Offer], by: User | None, at: datetime, losing: Collection[int] = ()
) -> int:
    """Give each offer whose price rules differ from its last version a new one; return how many.

    An offer without a version gets the one whose number it has. Call it before a change as well, so that
    there is something to compare with. Quotes keep the version they were given under. The offers in `losing`
    lost something that they used: they get a new version even if their price is the same.
    """
    locked = Offer.objects.filter(pk__in=offers.order_by().values("pk")).select_for_update()
    numbers = dict(locked.order_by("pk").values_list("pk", "version"))
    last = {version.offer_id: version.terms for version in _last_versions(numbers)}
    raised = []
    rows = []
    for source in collect_offer_sources(Offer.objects.filter(pk__in=numbers)):
        terms = _price_rules(source)
        known = last.get(source.id)
        is_same = terms == known
        if is_same and source.id not in losing:
            continue
        if known is not None:
            raised.append(source.id)
        number = numbers[source.id] + (known is not None)
        rows.append(
            OfferVersion(
                offer_id=source.id,
                number=number,
                terms=terms,
                changed_at=at,
                changed_by=by,
                keeps_price=is_same,
            )
        )
    OfferVersion.objects.bulk_create(rows)
    Offer.objects.filter(pk__in=raised).update(version=F("version") + 1)
    return len(raised)


def _last_versions(offers: Iterable[int]) -> QuerySet[OfferVersion]:
    """Return the newest version of each offer that has one."""
    newest_first = Window(RowNumber(), partition_by=F("offer_id"), order_by=F("number").desc())
    return OfferVersion.objects.filter(offer__in=offers).annotate(place=newest_first).filter(place=1)


def _price_rules(source: OfferSource[Any]) -> dict[str, Any]:
    """Return what makes the offer's price, as plain JSON."""
    price: dict[str, Any] = {name: getattr(source, name) for name in _PRICE_FIELDS}
    price["strategies"], price["picked"] = sorted(source.strategies), sorted(source.picked)
    price["own"] = kind_of(source.kind).price_rules(source.own)
    rules: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(price, order="deterministic"))
    return rules
