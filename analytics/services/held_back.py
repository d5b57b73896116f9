"""Count from whom how much is held back now: from the ledgers, in batches, by the worker."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from msgspec.structs import replace

from analytics.models import HeldBackCount, HeldBackScope
from engine.restraint import Restraint, consent_of, restrain
from offers.models import PersonLedger
from offers.services.customer import by_two_keys
from offers.services.restraint.ledger import known_ledger
from offers.services.restraint.policies import directory_in_force, policies_in_force

# Where it is counted: answers and most policies hold on all channels.
CHANNEL: Final = "web"
_BATCH: Final = 2000
# So many products are kept: those that are held back from most people.
MOST_PRODUCTS: Final = 500

Key = tuple[str, str, str]


def count_held_back(*, at: datetime) -> int:
    """Replace the counts by those of `at`; return the number of people with a ledger.

    Quiet hours hold everybody back alike and are not counted. Nothing is locked while the ledgers are read.
    """
    directory = directory_in_force()
    policies, now = replace(policies_in_force(), quiet=()), int(at.timestamp())
    counts: Counter[Key] = Counter()
    people = 0
    for entries, is_personalised, consents in _ledgers():
        found = restrain(
            known_ledger(packed=bytes(entries), due=b"", is_personalised=is_personalised).ledger,
            policies,
            consent_of(by_two_keys(consents)),
            now=now,
            channel=CHANNEL,
            directory=directory,
        )
        counts.update(_held(found))
        people += 1
    counts[HeldBackScope.NOBODY, "", ""] = people
    _store(counts, at)
    return people


def _ledgers() -> Iterator[tuple[Any, Any, Any]]:
    """Yield the packed ledger of each person, whether it may be used, and the consents."""
    rows, after = PersonLedger.objects.order_by("pk"), 0
    columns = ("pk", "entries", "customer__is_personalised", "customer__consents")
    while batch := list(rows.filter(pk__gt=after).values_list(*columns)[:_BATCH]):
        for _key, entries, is_personalised, consents in batch:
            yield entries, is_personalised, consents or {}
        after = batch[-1][0]


def _held(found: Restraint) -> Iterator[Key]:
    """Yield what is held back from one person: if it is everything, only that."""
    if found.everything is not None:
        yield HeldBackScope.EVERYTHING, "", found.everything.reason
        return
    for code, ruling in found.kinds.items():
        yield HeldBackScope.KIND, code, ruling.reason
    for code, ruling in found.offers.items():
        yield HeldBackScope.OFFER, code, ruling.reason
    for key, ruling in found.categories.items():
        yield HeldBackScope.CATEGORY, key, ruling.reason
    # Products that are held back only together are no single product's matter.
    for sku, ruling in found.products.items():
        if " " not in sku:
            yield HeldBackScope.PRODUCT, sku, ruling.reason


def _kept(counts: Counter[Key]) -> list[tuple[Key, int]]:
    """Return the counts, without the products that are held back from few."""
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    products = [row for row in rows if row[0][0] == HeldBackScope.PRODUCT]
    return [row for row in rows if row[0][0] != HeldBackScope.PRODUCT] + products[:MOST_PRODUCTS]


@transaction.atomic
def _store(counts: Counter[Key], at: datetime) -> None:
    # Two workers may count at once: whoever stores last counts.
    HeldBackCount.objects.all().delete()
    HeldBackCount.objects.bulk_create(
        [
            HeldBackCount(scope=scope, name=name, reason=reason, person_count=count, counted_at=at)
            for (scope, name, reason), count in _kept(counts)
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
