"""Evaluate a ledger once: everything that is held back from a person now."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from engine.restraint.answers import Answers, Ruling, keep_strictest
from engine.restraint.consent import Consent
from engine.restraint.entry import NO_NAME, OUTCOME_CODE, Outcome, Scope
from engine.restraint.ledger import RestraintLedger
from engine.restraint.plan import Plan, plan_of
from engine.restraint.policy import DAY, Policies, Policy, ShownCap
from engine.restraint.rulings import Drop, Hold

Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
_SHOWN: Final = OUTCOME_CODE["shown"]
_CLICKED: Final = OUTCOME_CODE["clicked"]
# What the rulings of counting policies are called, by what is counted.
ENOUGH: Final[Mapping[Outcome, str]] = {outcome: f"enough_{outcome}" for outcome in OUTCOME_CODE}


class Directory:
    """What is known of the names in a ledger; this one knows nothing."""

    def kind_of(self, offer: str) -> str:
        """Return the code of an offer's kind, "" if it is not known."""
        del offer
        return ""

    def category_of(self, products: str) -> str:
        """Return the primary key, as text, of the category of the first product; "" for none."""
        del products
        return ""

    def due_at(self, products: str, after: int) -> int | None:
        """Return when the person needs a product again that they got at `after`; None if not known."""
        del products, after
        return None


NOTHING_KNOWN: Final = Directory()


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
    directory: Directory = NOTHING_KNOWN,
) -> Restraint:
    """Return what is held back from a person at `now` on a channel and placement, in one pass.

    Times are seconds since 1970-01-01 UTC.
    """
    plan = plan_of(policies, channel, placement)
    answers = Answers(ledger, plan, now=now, channel=channel, due=directory.due_at)
    by_scope = answers.by_scope
    found = [answers.everything]
    room: int | None = None
    if plan.caps:
        room, capped = _room(ledger, plan.caps, now)
        found.append(capped)
    if plan.quiet:
        ends = [end for quiet in plan.quiet if (end := quiet.ends_at(now, policies.zone)) is not None]
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
        since = ledger.since(now - cap.window_days * DAY)
        counted = ledger.outcome[since:] == _SHOWN
        if cap.channel:
            counted &= ledger.channel[since:] == ledger.place_of(cap.channel)
        left = max(cap.count - int(np.count_nonzero(counted)), 0)
        room = left if room is None else min(room, left)
        if not left:
            # The window begins after the latest view that has to leave it.
            leaves = int(ledger.at[since:][counted][-cap.count])
            until = leaves + cap.window_days * DAY
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
            places = (self._ledger.outcome == OUTCOME_CODE[outcome]).nonzero()[0]
            if not len(places):
                continue
            for policy, own in self._assigned(group, places):
                if policy.pause_days and len(own) >= policy.count:
                    for name, until in self._reached(policy, scope, own):
                        keep_strictest(rulings[scope], name, Hold(until, ENOUGH[outcome]))

    def _assigned(self, group: Sequence[Policy], places: Places) -> list[tuple[Policy, Places]]:
        """Give each entry to the most special policy that is about it."""
        if len(group) == 1 and not (group[0].offer or group[0].kind):
            return [(group[0], places)]
        assigned: list[tuple[Policy, Places]] = []
        for (_specificity, offer, kind), alike in groupby(group, key=_about):
            equals = list(alike)
            if not (offer or kind):
                # A placement's or a channel's policy replaces the shop's.
                return [*assigned, *((policy, places) for policy in equals)]
            is_own = self._is_of(equals[0], places)
            assigned += [(policy, places[is_own]) for policy in equals]
            places = places[~is_own]
        return assigned

    def _is_of(self, policy: Policy, places: Places) -> Mask:
        """Tell of each entry whether it is of the policy's offer or kind."""
        names = self._ledger.names
        kind_of = self._directory.kind_of
        subjects = self._ledger.subject[places].tolist()
        found = {
            place: policy.offer == names[place] if policy.offer else policy.kind == kind_of(names[place])
            for place in set(subjects) - {NO_NAME}
        }
        return np.array([found.get(place, False) for place in subjects], np.bool_)

    def _reached(self, policy: Policy, scope: Scope, places: Places) -> Iterable[tuple[str, int]]:
        """Yield each name that is held back by the policy, and until when."""
        ledger = self._ledger
        oldest = max(self._now - policy.horizon_seconds, policy.counts_from - 1)
        places = places[places.searchsorted(ledger.since(oldest)) :]
        if policy.channel:
            places = places[ledger.channel[places] == ledger.place_of(policy.channel)]
        if policy.placement:
            places = places[ledger.placement[places] == ledger.place_of(policy.placement)]
        if len(places) < policy.count:
            return
        keys, names = self._keys_of(scope, places)
        reached = [key for key, count in Counter(keys).items() if count >= policy.count and key != NO_NAME]
        clicks = self._latest_clicks() if reached and policy.without_click else {}
        for key in reached:
            chosen = places[np.array(keys) == key]
            moments = ledger.at[chosen].tolist()
            if clicks:
                pairs = zip(moments, ledger.subject[chosen].tolist(), strict=True)
                moments = [moment for moment, subject in pairs if moment > clicks.get(subject, 0)]
            until = _pause_end(moments, policy)
            if until > self._now:
                yield names[key], until

    def _latest_clicks(self) -> dict[int, int]:
        """Return when each offer was last clicked."""
        places = np.flatnonzero(self._ledger.outcome == _CLICKED)
        return dict(zip(self._ledger.subject[places].tolist(), self._ledger.at[places].tolist(), strict=True))

    def _keys_of(self, scope: Scope, places: Places) -> tuple[list[int], list[str]]:
        """Return what each entry is counted under, NO_NAME for nothing, and the names of these keys."""
        if scope == "everything":
            return [0] * len(places), [""]
        names, is_of_products = self._ledger.names, scope in ("product", "category")
        column = self._ledger.products if is_of_products else self._ledger.subject
        used = column[places].tolist()
        if scope in ("offer", "product"):
            return used, names
        named = self._directory.kind_of if scope == "kind" else self._directory.category_of
        groups: dict[str, int] = {}
        keys = {NO_NAME: NO_NAME}
        for place in set(used) - {NO_NAME}:
            name = named(names[place])
            keys[place] = groups.setdefault(name, len(groups)) if name else NO_NAME
        return [keys[place] for place in used], list(groups)


def _about(policy: Policy) -> tuple[tuple[bool, ...], str, str]:
    return policy.specificity, policy.offer, policy.kind


def _pause_end(moments: list[int], policy: Policy) -> int:
    """Return when the latest pause ends that these outcomes, oldest first, began; 0 for none."""
    window, count = policy.window_days * DAY, policy.count
    for last in range(len(moments) - 1, count - 2, -1):
        if moments[last] - moments[last - count + 1] < window:
            return moments[last] + policy.pause_days * DAY
    return 0
