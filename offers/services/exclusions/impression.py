"""Clicks and accepts without an impression: nobody uses an offer that was not shown.

They wait for GRACE, because a browser sends its events in any order.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from catalog.database.bulk import among
from offers.models import COUNTED, OPEN, Event, EventType, Exclusion

GRACE: Final = timedelta(minutes=10)
_NEED_IMPRESSION: Final = frozenset({EventType.CLICK.value, EventType.ACCEPT.value})
_SAME: Final = ("decision", "person", "offer_code", "position")


def exclusion_at_first(kind: str) -> str:
    """Return the state in which an event of this type is stored, before `count_seen`."""
    return Exclusion.NO_IMPRESSION.value if kind in _NEED_IMPRESSION else COUNTED


def find_seen(*, decisions: Iterable[str], persons: Iterable[str], at: datetime) -> list[Event]:
    """Return what waits for its impression and has it by now.

    Only these decisions and persons are looked at: a decision that a cache answers may have very many.

    Call it after the events are committed: of an impression and a click that are stored at the same time,
    the later one then sees the other.
    """
    impressions = Event.objects.filter(
        type=EventType.IMPRESSION, exclusion__in=OPEN, **{name: OuterRef(name) for name in _SAME}
    )
    waiting = Event.objects.filter(
        among("decision", sorted(set(decisions))),
        among("person", sorted(set(persons))),
        Exists(impressions),
        exclusion__in=OPEN,
        received_at__gte=at - GRACE,
        type__in=_NEED_IMPRESSION,
    )
    return list(waiting.filter(exclusion=Exclusion.NO_IMPRESSION))


def count_seen(*, found: Collection[Event]) -> list[Event]:
    """Count what `find_seen` found, in the caller's transaction; return what nobody else has counted."""
    waiting = Event.objects.filter(pk__in=[event.pk for event in found], exclusion=Exclusion.NO_IMPRESSION)
    seen = list(waiting.select_for_update(of=("self",)).order_by("pk")) if found else []
    if seen:
        Event.objects.filter(pk__in=[event.pk for event in seen]).update(exclusion=COUNTED)
    return seen
