"""Forgetting what shoppers did: after some days, and when they buy the product."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from offers.models import BehaviourSender, PersonLedger
from offers.services.behaviour.columns import (
    BEHAVIOUR_COLUMNS,
    fill_behaviour,
    read_behaviour,
    remembered_days,
)

_BATCH: Final = 500


def forget_behaviour(*, at: datetime) -> int:
    """Delete behaviour that is older than AWASE_BEHAVIOUR_DAYS; return how many people had some.

    Small transactions are used, because on SQLite all other writers wait for each of them.
    """
    minute = int(at.timestamp()) // 60
    BehaviourSender.objects.filter(minute__lt=minute - 24 * 60).delete()
    due = PersonLedger.objects.filter(behaviour_forget_at__lte=at).order_by("pk")
    count, after = 0, 0
    while True:
        with transaction.atomic():
            batch = list(due.filter(pk__gt=after).select_for_update(no_key=True)[:_BATCH])
            for row in batch:
                count += _forget(row, at)
        if len(batch) < _BATCH:
            return count
        after = batch[-1].pk


def _forget(row: PersonLedger, at: datetime) -> bool:
    """Forget what is too old of a locked row, and the row if nothing is left; return whether an act was."""
    known, seen = read_behaviour(row)
    kept = known.since(int((at - timedelta(days=settings.AWASE_BEHAVIOUR_DAYS)).timestamp()))
    today = int(at.astimezone(UTC).timestamp()) // 86_400
    fill_behaviour(row, kept, seen.since(today - remembered_days() + 1))
    if row.behaviour_forget_at is None and not row.entries:
        row.delete()
    else:
        row.save(update_fields=BEHAVIOUR_COLUMNS)
    return len(kept) < len(known)


def forget_bought(*, row: PersonLedger, products: frozenset[int], until: int) -> None:
    """Forget that a person looked at products that they bought later; the caller has locked the row."""
    known, seen = read_behaviour(row)
    kept = known.without_products(products, until)
    if len(kept) < len(known):
        fill_behaviour(row, kept, seen)
        row.save(update_fields=BEHAVIOUR_COLUMNS)
