"""What customers declined: remembered with the customer, forgotten after AWASE_DECLINE_DAYS.

A refusal concerns the offer and what it proposed: a single product, or several as a combination. Both are
kept as texts (`declined_key`) with the moment of the latest refusal.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from msgspec import Struct

from engine.moments import format_moment, parse_moment
from offers.models import Customer

# The newest refusals that are kept of each customer, of offers and of products.
MOST_DECLINED: Final = 100
COLUMNS: Final = ("declined", "declined_products", "oldest_decline_at")
_BATCH: Final = 500
_TO_SECONDS: Final = len("2026-11-22T09:30:00")

# By an offer's code, or the key of products, the moment of the latest refusal in RFC 3339, in UTC.
Refusals = Mapping[str, str]


class Declined(Struct, frozen=True):
    """What a customer declined recently: codes of offers, and keys of products."""

    offers: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()


def declined_key(skus: Iterable[str]) -> str:
    """Return the key of products that were proposed together: their SKUs, which contain no white space."""
    return " ".join(sorted(set(skus)))


def in_force(refusals: Refusals, *, at: datetime) -> frozenset[str]:
    """Return those that are not forgotten yet."""
    if not refusals:
        return frozenset()
    since = _since(at)
    return frozenset([key for key, moment in refusals.items() if moment[:_TO_SECONDS] > since])


def load_declined(*, external_id: str, at: datetime) -> Declined:
    """Return what a customer declined recently, in one query; nothing for a stranger."""
    rows = Customer.objects.known_as(external_id).values_list("declined", "declined_products")
    for offers, products in rows:
        return Declined(in_force(offers, at=at), in_force(products, at=at))
    return Declined()


def note_refusal(*, customer: Customer, offer: str, skus: Iterable[str], moment: datetime) -> None:
    """Add a refusal to a customer that the caller has locked and saves: the columns COLUMNS."""
    _add(customer.declined, offer, moment)
    key = declined_key(skus)
    if key:
        _add(customer.declined_products, key, moment)
    customer.oldest_decline_at = _oldest(customer)


def merge_refusals(*, into: Customer, source: Customer) -> None:
    """Add the refusals of one customer to another; the caller has locked both and saves COLUMNS."""
    for kept, added in (
        (into.declined, source.declined),
        (into.declined_products, source.declined_products),
    ):
        for key, moment in added.items():
            _add(kept, key, parse_moment(moment))
    into.oldest_decline_at = _oldest(into)


def lift_bought(*, customer: Customer, skus: Collection[str], placed_at: datetime) -> None:
    """Forget the refusals of products that were bought later, in the caller's transaction."""
    if _without_bought(customer.declined_products, skus, placed_at) == customer.declined_products:
        return
    locked = _locked(Customer.objects.filter(pk=customer.pk)).get()
    locked.declined_products = _without_bought(locked.declined_products, skus, placed_at)
    locked.oldest_decline_at = _oldest(locked)
    locked.save(update_fields=COLUMNS)


@transaction.atomic
def lift_decline(*, customer: int, offer: str = "", products: str = "") -> bool:
    """Forget the refusal of an offer or of products (their key); return whether there was one."""
    locked = _locked(Customer.objects.filter(pk=customer)).first()
    if locked is None:
        return False
    found = locked.declined.pop(offer, None) or locked.declined_products.pop(products, None)
    locked.oldest_decline_at = _oldest(locked)
    locked.save(update_fields=COLUMNS)
    return found is not None


def forget_declines(*, at: datetime) -> int:
    """Delete the refusals that are no longer in force; return how many customers had one.

    Small transactions are used, because on SQLite all other writers wait for each of them.
    """
    due = Customer.objects.filter(oldest_decline_at__lte=at - _kept_for()).order_by("pk")
    count = 0
    while True:
        with transaction.atomic():
            batch = list(_locked(due)[:_BATCH])
            for customer in batch:
                for refusals in (customer.declined, customer.declined_products):
                    for key in refusals.keys() - in_force(refusals, at=at):
                        del refusals[key]
                customer.oldest_decline_at = _oldest(customer)
            Customer.objects.bulk_update(batch, COLUMNS)
        count += len(batch)
        if len(batch) < _BATCH:
            return count


def forgotten_at(moment: datetime) -> datetime:
    """Return when a refusal of this moment is forgotten."""
    return moment + _kept_for()


def _kept_for() -> timedelta:
    return timedelta(days=settings.AWASE_DECLINE_DAYS)


def _since(at: datetime) -> str:
    """Return the latest moment that is forgotten at `at`, to the second as refusals are written."""
    return (at - _kept_for()).astimezone(UTC).isoformat()[:_TO_SECONDS]


def _add(refusals: dict[str, str], key: str, moment: datetime) -> None:
    """Add one refusal; the newest of each key counts, and of all keys the newest stay."""
    refusals[key] = max(refusals.get(key, ""), format_moment(moment))
    for oldest in sorted(refusals, key=refusals.__getitem__)[:-MOST_DECLINED]:
        del refusals[oldest]


def _oldest(customer: Customer) -> datetime | None:
    moments = [*customer.declined.values(), *customer.declined_products.values()]
    return parse_moment(min(moments)) if moments else None


def _without_bought(refusals: Refusals, skus: Collection[str], placed_at: datetime) -> dict[str, str]:
    """Return the refusals but those of products that were all bought after the refusal."""
    bought, until = frozenset(skus), format_moment(placed_at)[:_TO_SECONDS]
    return {
        key: moment
        for key, moment in refusals.items()
        if moment[:_TO_SECONDS] > until or not bought.issuperset(key.split(" "))
    }


def _locked(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    # The key itself stays: without no_key, the foreign keys of events would wait for it.
    return rows.select_for_update(no_key=True)
