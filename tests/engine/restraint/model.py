"""A slow second opinion on verdicts: one entry, one policy and one minute after the other.

It is written from docs/merchandising.md and the decisions 0185 to 0187 and 0224, and shares no code with
`engine.restraint` except its types.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from engine.restraint import (
    Allow,
    Consent,
    Directory,
    Drop,
    Hold,
    LedgerEntry,
    Policies,
    Policy,
    QuietHours,
    RestrainedCandidate,
    Verdict,
)

DAY: Final = 86_400
YEAR: Final = 366 * DAY
NEXT_VISIT: Final = 2**32 - 1
_HALF_HOUR: Final = 1800
_TWO_WEEKS: Final = 14 * DAY
_PERIODS: Final = ("offer", "product")


@dataclass(frozen=True)
class Asked:
    """What is asked: about whom, about what, and when."""

    entries: Sequence[LedgerEntry]
    policies: Policies
    consent: Consent
    candidate: RestrainedCandidate
    now: int
    directory: Directory

    def of(self, outcome: str) -> list[LedgerEntry]:
        """Return the entries of an outcome, the oldest first."""
        return sorted((one for one in self.entries if one.outcome == outcome), key=lambda one: one.at)

    def is_about(self, policy: Policy, entry: LedgerEntry) -> bool:
        """Tell whether a policy is about what happened."""
        kind = self.directory.kind_of(entry.subject) if entry.subject else ""
        return policy.offer in ("", entry.subject) and policy.kind in ("", kind)

    def here(self) -> list[Policy]:
        """Return the policies of the candidate's channel and placement."""
        candidate = self.candidate
        return [
            one
            for one in self.policies.policies
            if one.channel in ("", candidate.channel) and one.placement in ("", candidate.placement)
        ]

    def is_of_candidate(self, scope: str, name: str) -> bool:
        """Tell whether a ruling on this name holds the candidate back."""
        candidate = self.candidate
        if scope == "product":
            return name == " ".join(sorted(set(candidate.products))) or (
                name in candidate.products and name not in candidate.has
            )
        names = {
            "everything": [""],
            "offer": [candidate.offer],
            "kind": [candidate.kind],
            "category": list(candidate.categories),
        }
        return name in names[scope]


def slow_verdicts(asked: Asked) -> list[Verdict]:
    """Return the verdict as the documents say it; several where equally strict ones have several reasons."""
    rulings = [*_limits(asked), *_answered(asked), *_counted(asked)]
    drops = [one for one in rulings if isinstance(one, Drop)]
    if drops:
        return [*drops]
    holds = [one for one in rulings if isinstance(one, Hold) and one.until > asked.now]
    if holds:
        latest = max(one.until for one in holds)
        return [one for one in holds if one.until == latest]
    return [Allow(1.5) if _is_raised(asked) else Allow()]


def _limits(asked: Asked) -> Iterator[Hold | Drop]:
    if asked.candidate.channel in asked.consent.refused_channels:
        yield Drop("channel_refused")
    for cap in asked.policies.caps:
        if cap.channel in ("", asked.candidate.channel):
            seen = [one.at for one in asked.of("shown") if cap.channel in ("", one.channel)]
            span = cap.window_days * DAY
            # When there is room again: now, or when one of the views has become too old.
            for moment in sorted([asked.now, *(at + span for at in seen)]):
                if moment >= asked.now and sum(at > moment - span for at in seen) < cap.count:
                    yield Hold(moment, "cap_reached")
                    break
    zone = asked.candidate.zone or asked.policies.zone
    for quiet in asked.policies.quiet:
        if quiet.channel in ("", asked.candidate.channel):
            yield Hold(slow_quiet_end(quiet, asked.now, zone), "quiet_hours")


def slow_quiet_end(quiet: QuietHours, at: int, zone: str) -> int:
    """Return the first moment from `at` on that is not silent, minute by minute; ranges have no holidays."""
    moment, latest = at, at + 15 * DAY
    while _is_silent(quiet, datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone))):
        moment += 60 - moment % 60
        if moment > latest:
            break
    return moment


def _is_silent(quiet: QuietHours, local: datetime) -> bool:
    minute, day = local.hour * 60 + local.minute, local.date()
    if quiet.starts_minute < quiet.ends_minute:
        begun, is_within = day, quiet.starts_minute <= minute < quiet.ends_minute
    else:
        begun = day if minute >= quiet.starts_minute else day - timedelta(days=1)
        is_within = minute >= quiet.starts_minute or minute < quiet.ends_minute
    return is_within and (not quiet.days or begun.weekday() in quiet.days)


def _counted(asked: Asked) -> Iterator[Hold]:
    for policy in asked.here():
        is_period = policy.outcome in ("declined", "accepted") and policy.count == 1
        if not policy.pause_days or (is_period and policy.pauses in _PERIODS):
            continue
        counted: dict[str, list[int]] = {}
        for entry in asked.of(policy.outcome):
            name = _name_of(policy.pauses, entry, asked.directory)
            if name is not None and _counts(asked, policy, entry):
                counted.setdefault(name, []).append(entry.at)
        for name, moments in counted.items():
            if not asked.is_of_candidate(policy.pauses, name):
                continue
            for last, at in enumerate(moments):
                first = last - policy.count + 1
                if first >= 0 and at - moments[first] < policy.window_days * DAY:
                    yield Hold(at + policy.pause_days * DAY, f"enough_{policy.outcome}")


def _name_of(scope: str, entry: LedgerEntry, directory: Directory) -> str | None:
    """Return what an entry is counted under, None if it is not."""
    if scope == "everything":
        return ""
    named = {
        "offer": entry.subject,
        "product": entry.products,
        "kind": entry.subject and directory.kind_of(entry.subject),
        "category": entry.products and directory.category_of(entry.products),
    }
    return named[scope] or None


def _counts(asked: Asked, policy: Policy, entry: LedgerEntry) -> bool:
    """Tell whether a policy counts an entry: no more special one replaces it."""
    rivals = [
        one
        for one in asked.here()
        if (one.outcome, one.pauses) == (policy.outcome, policy.pauses)
        and asked.is_about(one, entry)
        and not (one.outcome in ("declined", "accepted") and one.count == 1 and one.pauses in _PERIODS)
    ]
    is_answer = policy.outcome in ("later", "declined", "never", "accepted", "complaint")
    clicks = [one.at for one in asked.of("clicked") if one.subject == entry.subject]
    return (
        asked.is_about(policy, entry)
        and all(_rank(one) <= _rank(policy) for one in rivals)
        and (is_answer or entry.at >= policy.since)
        and policy.channel in ("", entry.channel)
        and policy.placement in ("", entry.placement)
        and not (policy.without_click and clicks and entry.at <= max(clicks))
    )


def _rank(policy: Policy) -> list[bool]:
    return [bool(one) for one in (policy.offer, policy.kind, policy.placement, policy.channel)]


def _answered(asked: Asked) -> Iterator[Hold | Drop]:
    for entry in asked.entries:
        if entry.outcome == "never" and _is_hit(asked, entry):
            yield Drop("never")
        elif entry.outcome == "complaint" and entry.channel == asked.candidate.channel:
            yield Drop("complaint")
        elif entry.outcome == "later" and _is_hit(asked, entry):
            is_pause = entry.scope == "everything"
            yield Hold(_later_end(asked, entry), "paused" if is_pause else "later")
        elif entry.outcome == "accepted":
            yield from _accepted(asked, entry)
        elif entry.outcome == "declined":
            yield from _declined(asked, entry)


def _is_hit(asked: Asked, entry: LedgerEntry) -> bool:
    """Tell whether an answer is about the candidate: about an offer, also about what it proposed."""
    if entry.scope == "everything":
        return entry.channel in ("", asked.candidate.channel)
    hits_product = bool(entry.products) and asked.is_of_candidate("product", entry.products)
    if entry.scope == "product":
        return hits_product
    hits = bool(entry.subject) and asked.is_of_candidate(entry.scope, entry.subject)
    return hits or (entry.scope == "offer" and hits_product)


def _later_end(asked: Asked, entry: LedgerEntry) -> int:
    """Return when what was put off may be shown: the visit ends after half an hour without anything."""
    if entry.until != NEXT_VISIT:
        return entry.until
    end = entry.at
    for at in sorted(one.at for one in asked.entries if one.at > entry.at):
        if at - end < _HALF_HOUR:
            end = at
        else:
            break
    return min(end + _HALF_HOUR, entry.at + DAY)


def _is_raised(asked: Asked) -> bool:
    """Tell whether the offer was put off until now, and has not been shown since."""
    for entry in asked.of("later"):
        if entry.scope == "offer" and entry.subject and entry.subject == asked.candidate.offer:
            end = _later_end(asked, entry)
            shown = [one for one in asked.of("shown") if one.subject == entry.subject and one.at >= end]
            if end <= asked.now < end + _TWO_WEEKS and not shown:
                return True
    return False


def _days(asked: Asked, entry: LedgerEntry, *scopes: str) -> int | None:
    """Return the days of the most special period that is about an answer, by the first scope with one."""
    for scope in scopes:
        fitting = [
            one
            for one in asked.here()
            if (one.outcome, one.pauses, one.count) == (entry.outcome, scope, 1)
            and asked.is_about(one, entry)
        ]
        if fitting:
            return max(fitting, key=lambda one: (_rank(one), one.pause_days)).pause_days
    return None


def _declined(asked: Asked, entry: LedgerEntry) -> Iterator[Hold | Drop]:
    due = [at for sku in entry.products.split() if (at := asked.directory.due_at(sku, entry.at)) is not None]
    has_end = entry.until not in (0, NEXT_VISIT)
    if entry.reason == "have_it" and (due or not has_end):
        if _is_hit(asked, entry):
            yield Hold(min(due), "owned") if due else Drop("owned")
        return
    reason = "owned" if entry.reason == "have_it" else "declined"
    usual = asked.policies.decline_days

    def end(*scopes: str) -> int:
        days = _days(asked, entry, *scopes)
        return entry.until if has_end else entry.at + (usual if days is None else days) * DAY

    if entry.scope in _PERIODS:
        if entry.products and asked.is_of_candidate("product", entry.products):
            yield Hold(end("product", "offer"), reason)
        if entry.scope == "offer" and entry.subject == asked.candidate.offer:
            yield Hold(end("offer", "product"), reason)
    elif _is_hit(asked, entry):
        yield Hold(end("offer", "product"), reason)


def _accepted(asked: Asked, entry: LedgerEntry) -> Iterator[Hold]:
    days = _days(asked, entry, "offer")
    if days is not None and entry.subject == asked.candidate.offer:
        yield Hold(entry.at + days * DAY, "accepted")
    days = _days(asked, entry, "product")
    if days is None or not entry.products:
        return
    period = next(
        one
        for one in asked.here()
        if (one.outcome, one.pauses, one.count, one.pause_days) == ("accepted", "product", 1, days)
        and asked.is_about(one, entry)
    )
    for name in {entry.products, *entry.products.split()}:
        due = asked.directory.due_at(name, entry.at) if period.until_due and days else None
        if asked.is_of_candidate("product", name):
            yield Hold(entry.at + days * DAY if due is None else min(due, entry.at + YEAR), "accepted")
