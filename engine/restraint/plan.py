"""The policies that have a say on a channel and placement, in the form in which a ledger is evaluated."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from engine.restraint.entry import Outcome, Scope
from engine.restraint.policy import Policies, Policy, ShownCap
from engine.restraint.quiet import QuietHours

# Channels times placements of a shop, of this snapshot and the one before.
_REMEMBERED: Final = 256
# What one answer holds back without being counted.
PERIOD_SCOPES: Final[tuple[Scope, ...]] = ("offer", "product")


class Periods(NamedTuple):
    """The policies that say how long one answer holds back an offer and its products, the first that fits.

    The most special ones come first, of equally special ones the longest.
    """

    offer: tuple[Policy, ...]
    product: tuple[Policy, ...]


class Plan(NamedTuple):
    """Which policies say how long answers hold, and which count outcomes, by what they count and pause.

    Where no policy of `declines` fits, a decline holds for `offer_days` and `product_days`.
    """

    offer_days: int
    product_days: int
    declines: Periods
    accepts: Periods
    counting: tuple[tuple[Outcome, Scope, tuple[Policy, ...]], ...]
    caps: tuple[ShownCap, ...]
    quiet: tuple[QuietHours, ...]


_NO_PERIODS: Final = Periods((), ())


@lru_cache(maxsize=_REMEMBERED)
def plan_of(policies: Policies, channel: str, placement: str) -> Plan:
    """Return the policies of a channel and placement, the most special first."""
    here = [one for one in policies.policies if one.applies_at(channel, placement)]
    here.sort(key=lambda one: (one.specificity, one.offer, one.kind, one.pause_days), reverse=True)
    groups: dict[tuple[Outcome, Scope], list[Policy]] = {}
    for policy in here:
        if not _is_period(policy):
            groups.setdefault((policy.outcome, policy.pauses), []).append(policy)
    offers, products = (_periods(here, "declined", scope) for scope in PERIOD_SCOPES)
    # A no to an offer is one to what it proposed: where only one of them has a period, it holds for both.
    declines = Periods(offers + products, products + offers)
    offer_days, product_days = (_days_for_all(fitting, policies.decline_days) for fitting in declines)
    return Plan(
        offer_days=offer_days,
        product_days=product_days,
        declines=declines if any(map(_is_about_some, offers + products)) else _NO_PERIODS,
        accepts=Periods(*(_periods(here, "accepted", scope) for scope in PERIOD_SCOPES)),
        counting=tuple((*about, tuple(group)) for about, group in groups.items()),
        caps=tuple(cap for cap in policies.caps if cap.channel in ("", channel)),
        quiet=tuple(quiet for quiet in policies.quiet if quiet.channel in ("", channel)),
    )


def _is_period(policy: Policy) -> bool:
    """Tell whether a policy says how long one answer holds; others count."""
    return policy.outcome in ("declined", "accepted") and policy.count == 1 and policy.pauses in PERIOD_SCOPES


def _periods(policies: Iterable[Policy], outcome: Outcome, scope: Scope) -> tuple[Policy, ...]:
    """Return the policies that say how long an answer holds back what is of this scope."""
    return tuple(
        one for one in policies if one.outcome == outcome and one.pauses == scope and _is_period(one)
    )


def _days_for_all(periods: Iterable[Policy], usual: int) -> int:
    """Return the days of the first policy that is about all offers."""
    return next((one.pause_days for one in periods if not _is_about_some(one)), usual)


def _is_about_some(policy: Policy) -> bool:
    return bool(policy.offer or policy.kind)
