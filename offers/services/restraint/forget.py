"""Forgetting what no policy asks for any more."""

from datetime import datetime
from typing import Final

from django.db import transaction

from engine.restraint.ledger import RestraintLedger
from offers.models import PersonLedger
from offers.services.restraint.ledger import rewrite
from offers.services.restraint.policies import policies_in_force

_BATCH: Final = 500


def forget_entries(*, at: datetime) -> int:
    """Delete the entries that can no longer matter, and empty ledgers; return how many ledgers had one.

    Small transactions are used, because on SQLite all other writers wait for each of them.
    """
    policies, now = policies_in_force(), int(at.timestamp())
    due = PersonLedger.objects.filter(forget_at__lte=at).order_by("pk")
    count, after = 0, 0
    while True:
        with transaction.atomic():
            batch = list(due.filter(pk__gt=after).select_for_update(no_key=True)[:_BATCH])
            for row in batch:
                known = RestraintLedger.read(bytes(row.entries))
                kept = known.without_ended(policies, now)
                count += len(kept) < len(known)
                if len(kept):
                    rewrite(row=row, ledger=kept)
                elif row.behaviour_forget_at is None:
                    row.delete()
                else:
                    rewrite(row=row, ledger=kept)
        if len(batch) < _BATCH:
            return count
        after = batch[-1].pk
