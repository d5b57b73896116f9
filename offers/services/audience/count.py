"""Count who is in each audience: requested, claimed by one worker, done in one pass over all customers.

A claim is a conditional update: two workers never count the same request, and one that is silent for too long
loses it to the next. Whatever changes the conditions requests a count and takes the claim away, so that an
outdated count is not stored.
"""

import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from engine.conditions.audiences import Audiences
from engine.conditions.tree.tree import TreeError, decode
from offers.models import Audience, AudienceCount
from offers.services.audience.conditions import stored_trees
from offers.services.audience.evaluate import scan_members
from offers.services.audience.members import MemberPacker

SILENCE: Final = timedelta(minutes=2)
BEAT_SECONDS: Final = 1.0
_REST: Final[dict[str, object]] = {"requested_at": None, "claim": "", "beat_at": None, "percent": 0}


@transaction.atomic
def request_counts(*, audiences: QuerySet[Audience], at: datetime) -> int:
    """Request a count of these audiences; return how many. Counts in progress start again."""
    keys = list(audiences.order_by("pk").values_list("pk", flat=True))
    AudienceCount.objects.bulk_create([AudienceCount(audience_id=key) for key in keys], ignore_conflicts=True)
    return AudienceCount.objects.filter(pk__in=keys).update(**{**_REST, "requested_at": at, "error": ""})


def count_waiting(*, at: datetime) -> int:
    """Count the audiences that wait for it; return how many were counted."""
    claim = secrets.token_hex(16)
    mine = AudienceCount.objects.filter(claim=claim)
    if not AudienceCount.objects.waiting_at(at, silence=SILENCE).update(claim=claim, beat_at=at, percent=0):
        return 0
    try:
        return _count(mine, at)
    except BaseException as error:
        mine.update(**{**_REST, "error": f"{type(error).__name__}: {error}"})
        raise


def _count(mine: QuerySet[AudienceCount], at: datetime) -> int:
    """Count the claimed audiences; one whose conditions cannot be read only gets the error."""
    stored = stored_trees()
    trees = {key: stored[key] for key in _readable(mine) if key in stored}
    packers = {key: MemberPacker() for key in trees}
    beat = _Beat(mine, at)
    for scanned in scan_members(trees=trees, audiences=Audiences(stored), at=at):
        for key, members in scanned.members.items():
            packers[key].add(members)
        if not beat.tell(scanned.percent):
            return 0
    return sum(_store(mine, key, packer, at) for key, packer in packers.items())


def _readable(mine: QuerySet[AudienceCount]) -> list[int]:
    """Return the audiences whose conditions can be read; note at the others why not."""
    readable = []
    for count in mine.select_related("audience"):
        try:
            decode(count.audience.conditions)
        except TreeError as error:
            mine.filter(pk=count.pk).update(**{**_REST, "error": f"{error.place}: {error.detail}"})
        else:
            readable.append(count.pk)
    return readable


def _store(mine: QuerySet[AudienceCount], key: int, packer: MemberPacker, at: datetime) -> int:
    """Store a count unless it was requested again meanwhile; return whether it was."""
    found: Mapping[str, object] = {"size": packer.size, "members": packer.packed(), "counted_at": at}
    return mine.filter(pk=key).update(**{**_REST, **found, "error": ""})


class _Beat:
    """Shows the progress, at most once per second; the time is `at` plus the time elapsed since."""

    def __init__(self, mine: QuerySet[AudienceCount], at: datetime) -> None:
        self._mine, self._at = mine, at
        self._began = self._last = time.monotonic()

    def tell(self, percent: int) -> bool:
        """Return whether any of the counts is still this worker's."""
        elapsed = time.monotonic()
        if elapsed - self._last < BEAT_SECONDS:
            return True
        self._last = elapsed
        now = self._at + timedelta(seconds=elapsed - self._began)
        return bool(self._mine.update(percent=percent, beat_at=now))
