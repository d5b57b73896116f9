"""What a person has answered: their yes, no, not now and never, each for as long as it holds."""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np

from engine.restraint.entry import (
    NEXT_VISIT,
    NO_END,
    NO_NAME,
    OUTCOME_CODE,
    SCOPE_CODE,
    SCOPES,
    WHY_NOT_CODE,
)
from engine.restraint.ledger import RestraintLedger
from engine.restraint.plan import Plan
from engine.restraint.policy import DAY, RAISE_SECONDS, Policy
from engine.restraint.rulings import Drop, Hold

# A visit is over after half an hour without an event, as web analytics count it.
VISIT_SECONDS: Final = 1800
# How much a raised offer counts more.
RAISE: Final = 1.5
_SHOWN, _LATER, _DECLINED = OUTCOME_CODE["shown"], OUTCOME_CODE["later"], OUTCOME_CODE["declined"]
_NEVER, _ACCEPTED, _COMPLAINT = OUTCOME_CODE["never"], OUTCOME_CODE["accepted"], OUTCOME_CODE["complaint"]
_OFFER, _PRODUCT = SCOPE_CODE["offer"], SCOPE_CODE["product"]
_EVERYTHING = SCOPE_CODE["everything"]
_PRICE, _HAVE_IT = WHY_NOT_CODE["price"], WHY_NOT_CODE["have_it"]

Ruling = Hold | Drop
DueAt = Callable[[str, int], int | None]


class Answers:
    """The rulings that follow from what a person answered, by what they are about.

    `everything` is the ruling on all offers, `price_declines` how often products were declined for their
    price; `levers` raises offers that were put off until now.
    """

    def __init__(self, ledger: RestraintLedger, plan: Plan, *, now: int, channel: str, due: DueAt) -> None:
        self.everything: Ruling | None = None
        self.by_scope: dict[str, dict[str, Ruling]] = {scope: {} for scope in SCOPES}
        self._offers, self._products = self.by_scope["offer"], self.by_scope["product"]
        self.price_declines: dict[str, int] = {}
        self.levers: dict[str, float] = {}
        self._ledger, self._names, self._now, self._channel = ledger, ledger.names, now, channel
        self._due = due
        self._decline_days, self._declines, self._accepts = plan.decline_days, plan.declines, plan.accepts
        if len(ledger):
            self._read()

    def _read(self) -> None:
        ledger = self._ledger
        places = np.flatnonzero(ledger.outcome >= _LATER)
        columns = (ledger.scope, ledger.outcome, ledger.reason, ledger.channel, ledger.subject)
        rows = zip(
            *[column[places].tolist() for column in (*columns, ledger.products, ledger.at, ledger.until)],
            strict=True,
        )
        is_plain = not self._declines
        for row in rows:
            outcome = row[1]
            if outcome == _DECLINED and is_plain and not row[2]:
                self._decline_plainly(row)
            elif outcome == _DECLINED:
                self._decline(_Answer(*row))
            elif outcome == _ACCEPTED:
                self._accept(_Answer(*row))
            elif outcome == _NEVER:
                self._rule(_Answer(*row), Drop("never"))
            elif outcome == _LATER:
                self._put_off(_Answer(*row))
            else:
                self._complain(_Answer(*row))

    def _decline_plainly(self, row: tuple[int, ...]) -> None:
        """Hold back what was declined without a reason, as most is: in the order of `_Answer`."""
        scope, _outcome, _reason, _channel, subject, products, at, until = row
        if scope > _PRODUCT or until == NEXT_VISIT:
            self._decline(_Answer(*row))
            return
        end = until or at + self._decline_days * DAY
        if end <= self._now:
            return
        ruling, names = Hold(end, "declined"), self._names
        if products != NO_NAME:
            keep_strictest(self._products, names[products], ruling)
        if subject != NO_NAME and scope == _OFFER:
            keep_strictest(self._offers, names[subject], ruling)

    def _complain(self, answer: "_Answer") -> None:
        """Switch off the channel that the person complained about."""
        if self._is_here(answer):
            self.everything = Drop("complaint")

    def _put_off(self, answer: "_Answer") -> None:
        """Hold until the moment that the person chose; then raise the offer until it is shown once."""
        until = answer.until
        if until == NEXT_VISIT:
            until = self._next_visit(answer.at)
        if until > self._now:
            self._rule(answer, Hold(until, "paused" if answer.scope == _EVERYTHING else "later"))
        elif answer.subject != NO_NAME and answer.scope == _OFFER and self._now < until + RAISE_SECONDS:
            ledger, since = self._ledger, self._ledger.since(until - 1)
            shown = ledger.subject[since:][ledger.outcome[since:] == _SHOWN]
            if not (shown == answer.subject).any():
                self.levers[self._names[answer.subject]] = RAISE

    def _decline(self, answer: "_Answer") -> None:
        policy = self._period_of(self._declines, answer)
        days = self._decline_days if policy is None else policy.pause_days
        has_end = answer.until not in (NO_END, NEXT_VISIT)
        until = answer.until if has_end else answer.at + days * DAY
        reason = "declined"
        if answer.reason == _HAVE_IT:
            due = self._first_due(answer)
            reason, until = "owned", until if due is None else due
            if due is None and not has_end:
                self._rule(answer, Drop(reason))
                return
        if until <= self._now:
            return
        self._rule(answer, Hold(until, reason))
        if answer.reason == _PRICE and answer.products != NO_NAME:
            key = self._names[answer.products]
            self.price_declines[key] = self.price_declines.get(key, 0) + 1

    def _accept(self, answer: "_Answer") -> None:
        """Hold what was accepted back until it is needed again, if a policy says so."""
        policy = self._period_of(self._accepts, answer)
        if policy is None or (not policy.until_due and answer.at + policy.pause_days * DAY <= self._now):
            return
        if policy.pauses == "offer" and answer.subject != NO_NAME:
            self._hold("offer", self._names[answer.subject], answer.at + policy.pause_days * DAY)
        if policy.pauses != "product" or answer.products == NO_NAME:
            return
        key = self._names[answer.products]
        for sku in (key, *key.split(" ")) if " " in key else (key,):
            due = self._due(sku, answer.at) if policy.until_due and policy.pause_days else None
            self._hold("product", sku, answer.at + policy.pause_days * DAY if due is None else due)

    def _hold(self, scope: str, name: str, until: int) -> None:
        if until > self._now:
            self._keep(scope, name, Hold(until, "accepted"))

    def _rule(self, answer: "_Answer", ruling: Ruling) -> None:
        """Apply a ruling to what the answer is about; on one channel if it names no subject."""
        if answer.scope == _EVERYTHING:
            is_stricter = self.everything is None or ruling.strictness > self.everything.strictness
            if (answer.channel == NO_NAME or self._is_here(answer)) and is_stricter:
                self.everything = ruling
            return
        if answer.scope in (_OFFER, _PRODUCT):
            if answer.products != NO_NAME:
                self._keep("product", self._names[answer.products], ruling)
            if answer.scope == _PRODUCT:
                return
        if answer.subject != NO_NAME:
            self._keep(SCOPES[answer.scope], self._names[answer.subject], ruling)

    def _keep(self, scope: str, name: str, ruling: Ruling) -> None:
        keep_strictest(self.by_scope[scope], name, ruling)

    def _is_here(self, answer: "_Answer") -> bool:
        return answer.channel != NO_NAME and self._names[answer.channel] == self._channel

    def _period_of(self, periods: Sequence[Policy], answer: "_Answer") -> Policy | None:
        """Return the most special of the policies that say how long this answer holds."""
        for policy in periods:
            if not policy.offer or (
                answer.subject != NO_NAME and policy.offer == self._names[answer.subject]
            ):
                return policy
        return None

    def _first_due(self, answer: "_Answer") -> int | None:
        if answer.products == NO_NAME:
            return None
        moments = [self._due(sku, answer.at) for sku in self._names[answer.products].split(" ")]
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_visit(self, after: int) -> int:
        """Return when the visit that `after` falls in is over: the first gap of VISIT_SECONDS."""
        end = after
        for moment in self._ledger.at[self._ledger.since(after) :].tolist():
            if moment - end >= VISIT_SECONDS:
                break
            end = moment
        return end + VISIT_SECONDS


class _Answer(NamedTuple):
    """An answer as the ledger's columns have it."""

    scope: int
    outcome: int
    reason: int
    channel: int
    subject: int
    products: int
    at: int
    until: int


def keep_strictest(rulings: dict[str, Ruling], name: str, ruling: Ruling) -> None:
    """Keep the stricter ruling on a name."""
    known = rulings.get(name)
    if known is None or ruling.strictness > known.strictness:
        rulings[name] = ruling
