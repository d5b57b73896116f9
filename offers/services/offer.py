"""Versions of offers: what a change of the price rules is recorded as."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.expressions import Window
from django.db.models.functions import RowNumber
from msgspec.structs import replace

from accounts.models import User
from offers.kinds.registry import kind_of
from offers.models import Offer, OfferVersion
from offers.services.collection.sources import collect_offer_sources
from offers.services.source import OfferSource

# To whom, when, where and how an offer is shown does not change its price.
_NOT_ITS_PRICE = frozenset(
    {
        "id",
        "code",
        "is_active",
        "version",
        "changed_at",
        "placements",
        "max_proposals",
        "headline_en",
        "headline_ja",
        "body_en",
        "body_ja",
        "max_step_bp",
        "slow_mover_boost_bp",
        "audience",
        "min_subtotal_minor",
        "codes",
        "usage_limit",
        "customer_usage_limit",
        "budget_minor",
        "refund_policy",
        "starts_at",
        "ends_at",
        "named_bundles",
    }
)


@transaction.atomic
def record_versions(*, offers: QuerySet[Offer], by: User | None, at: datetime) -> int:
    """Give each offer whose price rules differ from its last version a new one; return how many.

    An offer without a version gets the one whose number it has. Call it before a change as well, so that
    there is something to compare with. Quotes keep the version they were given under.
    """
    locked = Offer.objects.filter(pk__in=offers.order_by().values("pk")).select_for_update()
    numbers = dict(locked.order_by("pk").values_list("pk", "version"))
    last = {version.offer_id: version.terms for version in _last_versions(numbers)}
    raised = []
    rows = []
    for source in collect_offer_sources(Offer.objects.filter(pk__in=numbers)):
        terms = _price_rules(source)
        known = last.get(source.id)
        if terms == known:
            continue
        if known is not None:
            raised.append(source.id)
        number = numbers[source.id] + (known is not None)
        rows.append(
            OfferVersion(offer_id=source.id, number=number, terms=terms, changed_at=at, changed_by=by)
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
    price = replace(
        source,
        strategies=tuple(sorted(source.strategies)),
        picked=tuple(sorted(source.picked)),
        own=kind_of(source.kind).price_rules(source.own),
    )
    rules: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(price, order="deterministic"))
    return {name: value for name, value in rules.items() if name not in _NOT_ITS_PRICE}
