"""Evaluate a ledger once: everything that is held back from a person now."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from engine.restraint.answers import Answers, Ruling, keep_strictest
from engine.restraint.consent import Consent
from engine.restraint.entry import NO_NAME, OUTCOME_CODE, Outcome, Scope
from engine.restraint.ledger import RestraintLedger
from engine.restraint.policy import DAY, Policies, Policy, ShownCap
from engine.restraint.rulings import Drop, Hold

Mask = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.int64]
_SHOWN: Final = OUTCOME_CODE["shown"]
_CLICKED: Final = OUTCOME_CODE["clicked"]
_NO_KEY: Final = -1
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
    answers = Answers(ledger, policies, now=now, channel=channel, placement=placement, due=directory.due_at)
    room, capped = _room(ledger, policies.caps, now, channel)
    found = [answers.everything, capped, _quiet(policies, now, channel)]
    if channel in consent.refused_channels:
        found.append(Drop("channel_refused"))
    by_scope = answers.by_scope
    if len(ledger):
        _Counting(ledger, now, directory).count(
            [one for one in policies.policies if one.applies_at(channel, placement)], by_scope
        )
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


def _quiet(policies: Policies, now: int, channel: str) -> Hold | None:
    """Return the hold until the quiet hours of the channel are over."""
    ends = [quiet.ends_at(now, policies.zone) for quiet in policies.quiet if quiet.channel in ("", channel)]
    return Hold(max(known), "quiet_hours") if (known := [end for end in ends if end is not None]) else None


def _room(
    ledger: RestraintLedger, caps: Iterable[ShownCap], now: int, channel: str
) -> tuple[int | None, Hold | None]:
    """Return how many more offers may be shown, and the hold where there are none."""
    room: int | None = None
    hold: Hold | None = None
    entries = ledger.entries
    for cap in caps:
        if cap.channel not in ("", channel):
            continue
        counted = (entries["outcome"] == _SHOWN) & (entries["at"] > now - cap.window_days * DAY)
        if cap.channel:
            counted &= entries["channel"] == _place_of(ledger, channel)
        shown = np.sort(entries["at"][counted])
        left = max(cap.count - len(shown), 0)
        room = left if room is None else min(room, left)
        if not left:
            # The window begins after the latest view that has to leave it.
            leaves = now if not cap.count else int(shown[len(shown) - cap.count])
            until = leaves + cap.window_days * DAY
            if hold is None or until > hold.until:
                hold = Hold(until, "cap_reached")
    return room, hold


def _place_of(ledger: RestraintLedger, name: str) -> int:
    """Return the place of a name, NO_NAME if the ledger does not use it."""
    return ledger.names.index(name) if name in ledger.names else NO_NAME


class _Counting:
    """Counts outcomes by policies."""

    def __init__(self, ledger: RestraintLedger, now: int, directory: Directory) -> None:
        self._ledger, self._now, self._directory = ledger, now, directory
        entries = ledger.entries
        self._outcome, self._at = entries["outcome"], entries["at"]
        self._subject = entries["subject"].astype(np.int64)
        self._keys: dict[Scope, tuple[Keys, list[str]]] = {}

    def count(self, policies: list[Policy], rulings: dict[str, dict[str, Ruling]]) -> None:
        """Add the rulings of the policies that have counted enough."""
        groups: dict[tuple[Outcome, Scope], list[Policy]] = {}
        for policy in policies:
            if policy.count > 1 or policy.outcome not in ("declined", "accepted"):
                groups.setdefault((policy.outcome, policy.pauses), []).append(policy)
        for (outcome, scope), group in groups.items():
            of_outcome = self._outcome == OUTCOME_CODE[outcome]
            for policy, own in self._assigned(group, of_outcome):
                if policy.pause_days:
                    for name, until in self._reached(policy, scope, own):
                        keep_strictest(rulings[scope], name, Hold(until, ENOUGH[outcome]))

    def _assigned(self, group: list[Policy], of_outcome: Mask) -> list[tuple[Policy, Mask]]:
        """Give each entry to the most special policy that is about it."""
        assigned: list[tuple[Policy, Mask]] = []
        left, ordered = of_outcome, sorted(group, key=_about, reverse=True)
        for (_specificity, offer, kind), alike in groupby(ordered, key=_about):
            equals = list(alike)
            own = left & self._is_of(equals[0]) if offer or kind else left
            assigned += [(policy, own) for policy in equals]
            if not (offer or kind):
                break  # a placement's or a channel's policy replaces the shop's
            left = left & ~own
        return assigned

    def _is_of(self, policy: Policy) -> Mask:
        """Return the entries of the policy's offer or kind."""
        names = self._ledger.names
        if policy.offer:
            wanted = [policy.offer == name for name in names]
        else:
            wanted = [policy.kind == self._directory.kind_of(name) for name in names]
        return np.array([*wanted, False])[np.where(self._subject == NO_NAME, len(names), self._subject)]

    def _reached(self, policy: Policy, scope: Scope, own: Mask) -> Iterable[tuple[str, int]]:
        """Yield each name that is held back by the policy, and until when."""
        oldest = max(self._now - policy.horizon_seconds, policy.counts_from - 1)
        counted = own & (self._at > oldest)
        entries = self._ledger.entries
        if policy.channel:
            counted &= entries["channel"] == _place_of(self._ledger, policy.channel)
        if policy.placement:
            counted &= entries["placement"] == _place_of(self._ledger, policy.placement)
        if policy.without_click:
            counted &= self._since_click()
        keys, names = self._keys_of(scope)
        counted &= keys != _NO_KEY
        if np.count_nonzero(counted) < policy.count:
            return
        chosen = keys[counted]
        for key in np.flatnonzero(np.bincount(chosen) >= policy.count).tolist():
            moments = self._at[counted][chosen == key].tolist()
            until = _pause_end(moments, policy)
            if until > self._now:
                yield names[key], until

    def _since_click(self) -> Mask:
        """Return the entries that are newer than the latest click on their offer."""
        clicks = self._outcome == _CLICKED
        if not clicks.any():
            return np.ones(len(clicks), np.bool_)
        latest = np.zeros(NO_NAME + 1, np.int64)
        np.maximum.at(latest, self._subject[clicks], self._at[clicks].astype(np.int64))
        latest[NO_NAME] = 0
        since: Mask = self._at > latest[self._subject]
        return since

    def _keys_of(self, scope: Scope) -> tuple[Keys, list[str]]:
        """Return what each entry is counted under, _NO_KEY for nothing, and the names of these keys."""
        if scope not in self._keys:
            self._keys[scope] = self._make_keys(scope)
        return self._keys[scope]

    def _make_keys(self, scope: Scope) -> tuple[Keys, list[str]]:
        if scope == "everything":
            return np.zeros(len(self._at), np.int64), [""]
        names, found = self._ledger.names, self._subject
        if scope in ("product", "category"):
            found = self._ledger.entries["products"].astype(np.int64)
        if scope in ("offer", "product"):
            return np.where(found == NO_NAME, _NO_KEY, found), names
        named = self._directory.kind_of if scope == "kind" else self._directory.category_of
        groups: dict[str, int] = {}
        place = np.full(len(names) + 1, _NO_KEY, np.int64)
        for used in np.unique(found).tolist():
            name = "" if used == NO_NAME else named(names[used])
            if name:
                place[used] = groups.setdefault(name, len(groups))
        return place[np.where(found == NO_NAME, len(names), found)], list(groups)


def _about(policy: Policy) -> tuple[tuple[bool, ...], str, str]:
    return policy.specificity, policy.offer, policy.kind


def _pause_end(moments: list[int], policy: Policy) -> int:
    """Return when the latest pause ends that these outcomes, oldest first, began; 0 for none."""
    window, count = policy.window_days * DAY, policy.count
    for last in range(len(moments) - 1, count - 2, -1):
        if moments[last] - moments[last - count + 1] < window:
            return moments[last] + policy.pause_days * DAY
    return 0
