"""What a person has answered: their yes, no, not now and never, each for as long as it holds."""

from collections.abc import Callable
from typing import Final, NamedTuple

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
from engine.restraint.policy import DAY, RAISE_SECONDS, Policies, Policy
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

    def __init__(
        self,
        ledger: RestraintLedger,
        policies: Policies,
        *,
        now: int,
        channel: str,
        placement: str,
        due: DueAt,
    ) -> None:
        self.everything: Ruling | None = None
        self.by_scope: dict[str, dict[str, Ruling]] = {scope: {} for scope in SCOPES}
        self.price_declines: dict[str, int] = {}
        self.levers: dict[str, float] = {}
        self._ledger, self._names, self._now, self._channel = ledger, ledger.names, now, channel
        self._due = due
        self._decline_days = policies.decline_days
        self._periods = sorted(
            (one for one in policies.policies if one.count == 1 and one.applies_at(channel, placement)),
            key=lambda one: one.specificity,
            reverse=True,
        )
        self._read()

    def _read(self) -> None:
        entries = self._ledger.entries
        for row in entries[entries["outcome"] >= _LATER].tolist():
            answer = _Answer(*row)
            if answer.outcome == _COMPLAINT:
                self._complain(answer)
            elif answer.outcome == _NEVER:
                self._rule(answer, Drop("never"))
            elif answer.outcome == _LATER:
                self._put_off(answer)
            elif answer.outcome == _DECLINED:
                self._decline(answer)
            elif answer.outcome == _ACCEPTED:
                self._accept(answer)

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
            entries = self._ledger.entries
            is_shown = (
                (entries["outcome"] == _SHOWN)
                & (entries["subject"] == answer.subject)
                & (entries["at"] >= until)
            )
            if not is_shown.any():
                self.levers[self._names[answer.subject]] = RAISE

    def _decline(self, answer: "_Answer") -> None:
        policy = self._period_of(_DECLINED, answer)
        days = self._decline_days if policy is None else policy.pause_days
        until = answer.until if answer.until != NO_END else answer.at + days * DAY
        reason = "declined"
        if answer.reason == _HAVE_IT:
            due = self._first_due(answer)
            reason, until = "owned", until if due is None else due
            if due is None and answer.until == NO_END:
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
        policy = self._period_of(_ACCEPTED, answer)
        if policy is None:
            return
        if policy.pauses == "offer" and answer.subject != NO_NAME:
            self._hold("offer", self._names[answer.subject], answer.at + policy.pause_days * DAY)
        if policy.pauses != "product" or answer.products == NO_NAME:
            return
        key = self._names[answer.products]
        for sku in dict.fromkeys((key, *key.split(" "))):
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

    def _period_of(self, outcome: int, answer: "_Answer") -> Policy | None:
        """Return the most special policy that says how long this answer holds."""
        offer = "" if answer.subject == NO_NAME else self._names[answer.subject]
        for policy in self._periods:
            if (
                OUTCOME_CODE[policy.outcome] == outcome
                and policy.pauses in ("offer", "product")
                and policy.offer in ("", offer)
                and not policy.kind
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
        moments = self._ledger.visits
        end = after
        for moment in moments[moments.searchsorted(after, "right") :].tolist():
            if moment - end >= VISIT_SECONDS:
                break
            end = moment
        return end + VISIT_SECONDS


class _Answer(NamedTuple):
    """A row of the records, as in ENTRY."""

    scope: int
    outcome: int
    reason: int
    unused: int
    channel: int
    placement: int
    subject: int
    products: int
    at: int
    until: int


def keep_strictest(rulings: dict[str, Ruling], name: str, ruling: Ruling) -> None:
    """Keep the stricter ruling on a name."""
    known = rulings.get(name)
    if known is None or ruling.strictness > known.strictness:
        rulings[name] = ruling
