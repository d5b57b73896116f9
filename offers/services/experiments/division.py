"""Divide shoppers among the arms of a bandit, once a day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from catalog.services.revision import raise_revision
from offers.models import BanditDay, Division, Experiment, LifecycleState, Phase
from offers.services.experiments.change import lock_running


def bandits_to_divide(*, day: date) -> list[Experiment]:
    """Return the running bandits that were not divided on this day and are not settled."""
    running = Experiment.objects.filter(state=LifecycleState.RUNNING, division=Division.RESULTS)
    done = BanditDay.objects.filter(day=day).values("experiment")
    settled = BanditDay.objects.filter(is_settled=True).values("experiment")
    return list(running.exclude(pk__in=done).exclude(pk__in=settled).order_by("pk"))


@transaction.atomic
def divide_bandit(
    *,
    experiment: Experiment,
    day: date,
    shares: Mapping[str, int],
    figures: Mapping[str, Any],
    is_settled: bool,
    at: datetime,
) -> bool:
    """Give the arms their shares of a day, in basis points by code, with the next snapshot.

    Return False if this was done before. Raises ValidationError if the experiment is not running.
    """
    locked = lock_running(experiment)
    _row, is_new = BanditDay.objects.get_or_create(
        experiment=locked,
        day=day,
        defaults={"divided_at": at, "shares": shares, "figures": figures, "is_settled": is_settled},
    )
    if is_new:
        Phase.objects.filter(experiment=locked, ended_at=None).update(weights=shares)
        raise_revision(domain="offers")
    return is_new
