"""Evaluate a ledger once: everything that is held back from a person now."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

from msgspec import Struct

from engine.restraint.answers import Answers, Ruling, keep_strictest
from engine.restraint.consent import Consent
from engine.restraint.directory import NOTHING_KNOWN, Directory
from engine.restraint.entry import NO_NAME, OUTCOME_CODE, Outcome, Scope
from engine.restraint.ledger import Column, RestraintLedger
from engine.restraint.plan import Plan, plan_of
from engine.restraint.policy import DAY, Policies, Policy, ShownCap
from engine.restraint.rulings import Drop, Hold

# Rows of one outcome, by time: a range, or some of them.
Rows = Sequence[int]
_SHOWN: Final = OUTCOME_CODE["shown"]
_CLICKED: Final = OUTCOME_CODE["clicked"]
# What the rulings of counting policies are called, by what is counted.
ENOUGH: Final[Mapping[Outcome, str]] = {outcome: f"enough_{outcome}" for outcome in OUTCOME_CODE}


class Restraint(Struct):
    """The rulings that hold now, by what they are about.

    `everything` holds back all offers, and `room` is how many more may be shown: None is no limit. `levers`
    are the offers that are raised, and by how much. `price_declines` counts the products that were declined
    for their price.
    """

    everything: Ruling | None = None
    room: int | None = None
    offers: Mapping[str, Ruling] = {}
    products: Mapping[str, Ruling] = {}
    categories: Mapping[str, Ruling] = {}
    kinds: Mapping[str, Ruling] = {}
    levers: Mapping[str, float] = {}
    price_declines: Mapping[str, int] = {}


def restrain(
    ledger: RestraintLedger,
    policies: Policies,
    consent: Consent,
    *,
    now: int,
    channel: str,
    placement: str = "",
    zone: str = "",
    directory: Directory = NOTHING_KNOWN,
) -> Restraint:
    """Return what is held back from a person at `now` on a channel and placement, in one pass.

    Times are seconds since 1970-01-01 UTC. `zone` is the IANA time zone of the person, "" for the shop's.
    """
    plan = plan_of(policies, channel, placement)
    answers = Answers(ledger, plan, now=now, channel=channel, directory=directory)
    by_scope = answers.by_scope
    found = [answers.everything]
    room: int | None = None
    if plan.caps:
        room, capped = _room(ledger, plan.caps, now)
        found.append(capped)
    if plan.quiet:
        ends = [end for quiet in plan.quiet if (end := quiet.ends_at(now, zone or policies.zone)) is not None]
        found += [Hold(end, "quiet_hours") for end in ends]
    if channel in consent.refused_channels:
        found.append(Drop("channel_refused"))
    if len(ledger) and plan.counting:
        _Counting(ledger, now, directory).count(plan, by_scope)
        found.append(by_scope["everything"].get(""))
    return Restraint(
        everything=max((one for one in found if one), key=lambda one: one.strictness, default=None),
        room=room,
        offers=by_scope["offer"],
        products=by_scope["product"],
        categories=by_scope["category"],
        kinds=by_scope["kind"],
        levers=answers.levers,
        price_declines=answers.price_declines,
    )


def _room(ledger: RestraintLedger, caps: Iterable[ShownCap], now: int) -> tuple[int | None, Hold | None]:
    """Return how many more offers may be shown, and the hold where there are none."""
    room: int | None = None
    hold: Hold | None = None
    for cap in caps:
        counted: Rows = ledger.since(ledger.rows_of(_SHOWN), now - cap.window_days * DAY)
        if cap.channel:
            counted = rows_with(ledger.channel, counted, ledger.place_of(cap.channel))
        left = max(cap.count - len(counted), 0)
        room = left if room is None else min(room, left)
        if not left:
            # The window begins after the latest view that has to leave it.
            until = ledger.at[counted[-cap.count]] + cap.window_days * DAY
            if hold is None or until > hold.until:
                hold = Hold(until, "cap_reached")
    return room, hold


class _Counting:
    """Counts outcomes by policies."""

    def __init__(self, ledger: RestraintLedger, now: int, directory: Directory) -> None:
        self._ledger, self._now, self._directory = ledger, now, directory

    def count(self, plan: Plan, rulings: dict[str, dict[str, Ruling]]) -> None:
        """Add the rulings of the policies that have counted enough."""
        for outcome, scope, group in plan.counting:
            rows = self._ledger.rows_of(OUTCOME_CODE[outcome])
            if not rows:
                continue
            for policy, own in self._assigned(group, rows):
                if policy.pause_days and len(own) >= policy.count:
                    for name, until in self._reached(policy, scope, own):
                        keep_strictest(rulings[scope], name, Hold(until, ENOUGH[outcome]))

    def _assigned(self, group: Sequence[Policy], rows: Rows) -> list[tuple[Policy, Rows]]:
        """Give each entry to the most special policy that is about it."""
        if len(group) == 1 and not (group[0].offer or group[0].kind):
            return [(group[0], rows)]
        assigned: list[tuple[Policy, Rows]] = []
        for (_specificity, offer, kind), alike in groupby(group, key=_about):
            equals = list(alike)
            if not (offer or kind):
                # A placement's or a channel's policy replaces the shop's.
                return [*assigned, *((policy, rows) for policy in equals)]
            subjects = self._subjects_of(equals[0], rows)
            own = [row for row in rows if self._ledger.subject[row] in subjects]
            assigned += [(policy, own) for policy in equals]
            rows = [row for row in rows if self._ledger.subject[row] not in subjects]
        return assigned

    def _subjects_of(self, policy: Policy, rows: Rows) -> set[int]:
        """Return those subjects of the entries that are the policy's offer, or of its kind."""
        name_of, kind_of = self._ledger.name_of, self._directory.kind_of
        subjects = set(values(self._ledger.subject, rows)) - {NO_NAME}
        if policy.offer:
            return {place for place in subjects if name_of(place) == policy.offer}
        return {place for place in subjects if kind_of(name_of(place)) == policy.kind}

    def _reached(self, policy: Policy, scope: Scope, rows: Rows) -> Iterable[tuple[str, int]]:
        """Yield each name that is held back by the policy, and until when."""
        ledger, count = self._ledger, policy.count
        oldest = max(self._now - policy.horizon_seconds, policy.counts_from - 1)
        rows = rows[bisect_right(rows, oldest, key=ledger.at.__getitem__) :]
        if policy.channel:
            rows = rows_with(ledger.channel, rows, ledger.place_of(policy.channel))
        if policy.placement:
            rows = rows_with(ledger.placement, rows, ledger.place_of(policy.placement))
        if len(rows) < count:
            return
        keys = self._keys_of(scope, rows)
        if len(keys) - len(set(keys)) < count - 1:
            # Not even all repetitions together are enough: this is so for most shoppers.
            return
        reached = [key for key, times in Counter(keys).items() if times >= count and key != NO_NAME]
        clicks = self._latest_clicks() if reached and policy.without_click else {}
        for key in reached:
            chosen = [row for row, own in zip(rows, keys, strict=True) if own == key]
            moments = [
                ledger.at[row] for row in chosen if ledger.at[row] > clicks.get(ledger.subject[row], 0)
            ]
            until = _pause_end(moments, policy)
            if until > self._now:
                yield key if isinstance(key, str) else ledger.name_of(key), until

    def _latest_clicks(self) -> dict[int, int]:
        """Return when each offer was last clicked."""
        rows = self._ledger.rows_of(_CLICKED)
        return dict(zip(values(self._ledger.subject, rows), values(self._ledger.at, rows), strict=True))

    def _keys_of(self, scope: Scope, rows: Rows) -> Sequence[int | str]:
        """Return what each entry is counted under: a place, or a name of its own; NO_NAME for nothing."""
        if scope == "everything":
            return [""] * len(rows)
        ledger, is_of_products = self._ledger, scope in ("product", "category")
        used = values(ledger.products if is_of_products else ledger.subject, rows)
        if scope in ("offer", "product"):
            return used
        named = self._directory.kind_of if scope == "kind" else self._directory.category_of
        groups = {place: named(ledger.name_of(place)) or NO_NAME for place in set(used) - {NO_NAME}}
        return [groups.get(place, NO_NAME) for place in used]


def values(column: Column, rows: Rows) -> list[int]:
    """Return what a column holds in these rows."""
    if isinstance(rows, range):
        return column[rows.start : rows.stop].tolist()
    return [column[row] for row in rows]


def rows_with(column: Column, rows: Rows, value: int) -> list[int]:
    """Return those of the rows in which the column holds a value."""
    return [row for row in rows if column[row] == value]


def _about(policy: Policy) -> tuple[tuple[bool, ...], str, str]:
    return policy.specificity, policy.offer, policy.kind


def _pause_end(moments: list[int], policy: Policy) -> int:
    """Return when the latest pause ends that these outcomes, oldest first, began; 0 for none."""
    window, count = policy.window_days * DAY, policy.count
    for last in range(len(moments) - 1, count - 2, -1):
        if moments[last] - moments[last - count + 1] < window:
            return moments[last] + policy.pause_days * DAY
    return 0
