"""Bursts: more events within a minute than people cause.

A sender is a customer or session, or the network of a browser, which many people may share. Events up to the
limit count, and those beyond it do not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Count

from catalog.database.bulk import among
from offers.models import OPEN, Event, Exclusion

WINDOW: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Sent:
    """An event that was just stored, and the digests of who sent it."""

    pk: int
    visitor: str
    address: str


def exclude_bursts(*, sent: Sequence[Sent], at: datetime) -> frozenset[int]:
    """Exclude the events that exceed the limit of their sender; return their primary keys."""
    beyond = _beyond("visitor", [(s.visitor, s.pk) for s in sent], settings.AWASE_EVENTS_PER_VISITOR, at)
    beyond |= _beyond("address", [(s.address, s.pk) for s in sent], settings.AWASE_EVENTS_PER_ADDRESS, at)
    if beyond:
        Event.objects.filter(among("pk", sorted(beyond))).update(exclusion=Exclusion.BURST)
    return frozenset(beyond)


def _beyond(column: str, sent: Iterable[tuple[str, int]], limit: int, at: datetime) -> set[int]:
    """Return the last events of each sender who has more than `limit` in the window."""
    by_sender: defaultdict[str, list[int]] = defaultdict(list)
    for sender, pk in sent:
        if sender:
            by_sender[sender].append(pk)
    if not by_sender:
        return set()
    recent = Event.objects.filter(
        among(column, sorted(by_sender)), exclusion__in=OPEN, received_at__gt=at - WINDOW
    )
    counts = recent.order_by().values_list(column).annotate(count=Count("pk"))
    beyond: set[int] = set()
    for sender, count in counts:
        own = by_sender[sender]
        beyond.update(own[max(len(own) - max(count - limit, 0), 0) :])
    return beyond
