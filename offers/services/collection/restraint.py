"""Collect the policies that hold offers back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from msgspec.structs import replace

from engine.restraint.policy import Policies, Policy, ShownCap
from engine.restraint.quiet import QuietHours
from offers.models import (
    Arm,
    CountedOutcome,
    LifecycleState,
    QuietPeriod,
    RestraintCap,
    RestraintPolicy,
)
from offers.services.restraint.rules import UNTIL_DUE_DAYS

_COLUMNS = (
    "outcome",
    "count",
    "window_days",
    "pauses",
    "pause_days",
    "without_click",
    "channel",
    "placement__code",
    "offer__code",
    "kind",
    "counts_from",
)


def collect_restraint() -> Policies:
    """Return the active policies, caps, quiet periods, and what arms try, in four queries."""
    rows = RestraintPolicy.objects.filter(is_active=True).order_by("pk").values(*_COLUMNS)
    tried = RestraintPolicy.objects.filter(is_active=False, pk__in=_switched().values("restraintpolicy"))
    caps = RestraintCap.objects.filter(is_active=True).order_by("pk")
    quiet = QuietPeriod.objects.filter(is_active=True).order_by("pk")
    return Policies(
        **period_settings(),
        policies=tuple([_policy(row) for row in rows]),
        caps=tuple([ShownCap(*row) for row in caps.values_list("count", "window_days", "channel")]),
        quiet=tuple([quiet_hours_of(period) for period in quiet]),
        tried=tuple([_policy(row) for row in tried.order_by("pk").values(*_COLUMNS)]),
    )


def collect_switched() -> dict[int, Policies]:
    """Return by arm of a running experiment the policies with those that it switches, in five queries."""
    switched: dict[int, set[int]] = {}
    for arm, policy in _switched().values_list("arm_id", "restraintpolicy_id"):
        switched.setdefault(arm, set()).add(policy)
    if not switched:
        return {}
    rows = list(RestraintPolicy.objects.order_by("pk").values("pk", "is_active", *_COLUMNS))
    usual = collect_restraint()
    return {
        arm: replace(
            usual,
            policies=tuple([_policy(row) for row in rows if row["is_active"] != (row["pk"] in policies)]),
        )
        for arm, policies in switched.items()
    }


def _switched() -> QuerySet[Any]:
    links = Arm.switched_policies.through._default_manager  # noqa: SLF001 (Django's model API)
    return links.filter(arm__experiment__state=LifecycleState.RUNNING)


def period_settings() -> dict[str, Any]:
    """Return what the settings say, by field of the policies."""
    return {"decline_days": settings.AWASE_DECLINE_DAYS, "zone": settings.TIME_ZONE}


def quiet_hours_of(period: QuietPeriod) -> QuietHours:
    """Return a quiet period as the engine reads it."""
    starts, ends = period.starts_at, period.ends_at
    return QuietHours(
        starts_minute=0 if starts is None else starts.hour * 60 + starts.minute,
        ends_minute=0 if ends is None else ends.hour * 60 + ends.minute,
        days=frozenset(map(int, period.weekdays)),
        holidays=frozenset(date.fromisoformat(day).toordinal() for day in period.dates),
        country=period.holiday_country,
        only_holidays=starts is None,
        channel=period.channel,
    )


def _policy(row: Mapping[str, Any]) -> Policy:
    days, outcome = row["pause_days"], row["outcome"]
    usual = settings.AWASE_DECLINE_DAYS if outcome == CountedOutcome.DECLINED else UNTIL_DUE_DAYS
    return Policy(
        outcome=outcome,
        count=row["count"],
        window_days=row["window_days"],
        pauses=row["pauses"],
        pause_days=usual if days is None else days,
        without_click=row["without_click"],
        until_due=outcome == CountedOutcome.ACCEPTED and days is None,
        channel=row["channel"],
        placement=row["placement__code"] or "",
        offer=row["offer__code"] or "",
        kind=row["kind"],
        since=int(row["counts_from"].timestamp()),
    )
