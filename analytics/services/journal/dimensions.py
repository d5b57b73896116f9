"""The rows that many decisions have in common: created once, found by their digest."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from django.db import models

from analytics.models import JournalContext, JournalOffer, JournalShopper, ShopperKind
from catalog.database.bulk import among
from engine.journal.record import JournalRecord, JournalSlot

ShopperKey = tuple[str, str]

_encoder = msgspec.json.Encoder()


def context_of(record: JournalRecord) -> tuple[Any, ...]:
    """Return the values of a decision's context, in the order of `_CONTEXT`."""
    said = record.circumstances
    language, country = said.locale[:2].lower(), said.country[:2]
    place = (record.placement, record.channel, record.key)
    return (*place, language, country, record.segment, record.audiences)


def offer_of(slot: JournalSlot) -> tuple[Any, ...]:
    """Return the values of an offer as it was shown, in the order of `_OFFER`."""
    return slot.offer_id, slot.offer, slot.version, slot.kind, slot.strategy, slot.currency


_CONTEXT = ("placement", "channel", "key", "language", "country", "segment", "audiences")
_OFFER = ("offer", "code", "version", "kind", "strategy", "currency")


def ensure_contexts(values: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    """Return the primary keys of these contexts; new ones are created."""
    return _ensure(JournalContext, _CONTEXT, set(values))


def ensure_offers(values: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    """Return the primary keys of these offers; new ones are created."""
    return _ensure(JournalOffer, _OFFER, set(values))


def ensure_shoppers(last_days: Mapping[ShopperKey, date]) -> dict[ShopperKey, int]:
    """Return the primary keys of shoppers by kind and key, with the day of their last decision."""
    if not last_days:
        return {}
    # In one order by all, so that no two collectors wait for each other.
    rows = [
        JournalShopper(kind=kind, key=key, last_day=last_days[kind, key]) for kind, key in sorted(last_days)
    ]
    JournalShopper.objects.bulk_create(rows, ignore_conflicts=True)
    found: dict[ShopperKey, int] = {}
    for kind in ShopperKind.values:
        keys = [key for other, key in last_days if other == kind]
        stored = JournalShopper.objects.select_for_update(no_key=True).filter(among("key", keys), kind=kind)
        outdated: dict[date, list[int]] = {}
        for pk, key, last_day in stored.order_by("pk").values_list("pk", "key", "last_day"):
            found[kind, str(key)] = pk
            if last_day < last_days[kind, str(key)]:
                outdated.setdefault(last_days[kind, str(key)], []).append(pk)
        for day, pks in outdated.items():
            JournalShopper.objects.filter(among("pk", pks), last_day__lt=day).update(last_day=day)
    return found


def _ensure(
    model: type[models.Model], names: tuple[str, ...], values: set[tuple[Any, ...]]
) -> dict[tuple[Any, ...], int]:
    digests = {_digest(value): value for value in values}
    rows = model._default_manager  # noqa: SLF001
    known = dict(rows.filter(among("digest", digests)).values_list("digest", "pk"))
    if missing := sorted(digests.keys() - known.keys()):
        new = [model(digest=one, **dict(zip(names, digests[one], strict=True))) for one in missing]
        rows.bulk_create(new, ignore_conflicts=True)
        known = dict(rows.filter(among("digest", digests)).values_list("digest", "pk"))
    return {digests[digest]: pk for digest, pk in known.items()}


@lru_cache(maxsize=4096)
def _digest(value: tuple[Any, ...]) -> str:
    return hashlib.blake2b(_encoder.encode(value), digest_size=16).hexdigest()
