"""What a person has answered: their yes, no, not now and never, each for as long as it holds."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from engine.restraint.directory import Directory
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
from engine.restraint.policy import (
    DAY,
    LONGEST_DUE_SECONDS,
    LONGEST_VISIT_SECONDS,
    RAISE_SECONDS,
    VISIT_SECONDS,
    Policy,
)
from engine.restraint.rulings import Drop, Hold

# How much a raised offer counts more.
RAISE: Final = 1.5
_SHOWN, _LATER, _DECLINED = OUTCOME_CODE["shown"], OUTCOME_CODE["later"], OUTCOME_CODE["declined"]
_NEVER, _ACCEPTED, _COMPLAINT = OUTCOME_CODE["never"], OUTCOME_CODE["accepted"], OUTCOME_CODE["complaint"]
_OFFER, _PRODUCT = SCOPE_CODE["offer"], SCOPE_CODE["product"]
_EVERYTHING = SCOPE_CODE["everything"]
_PRICE, _HAVE_IT = WHY_NOT_CODE["price"], WHY_NOT_CODE["have_it"]

Ruling = Hold | Drop


class Answers:
    """The rulings that follow from what a person answered, by what they are about.

    `everything` is the ruling on all offers, `price_declines` how often products were declined for their
    price; `levers` raises offers that were put off until now.
    """

    def __init__(
        self, ledger: RestraintLedger, plan: Plan, *, now: int, channel: str, directory: Directory
    ) -> None:
        self.everything: Ruling | None = None
        self.by_scope: dict[str, dict[str, Ruling]] = {scope: {} for scope in SCOPES}
        self.price_declines: dict[str, int] = {}
        self.levers: dict[str, float] = {}
        self._ledger, self._name_of, self._now, self._channel = ledger, ledger.name_of, now, channel
        self._directory, self._plan = directory, plan
        self._moments: list[int] = []
        if len(ledger):
            self._read()

    def _read(self) -> None:
        rows_of = self._ledger.rows_of
        if rows := rows_of(_DECLINED):
            self._read_declines(rows)
        if any(self._plan.accepts) and (rows := rows_of(_ACCEPTED)):
            for answer in self._answers(self._ledger.since(rows, self._now - self._longest_accept())):
                self._accept(answer)
        if rows := rows_of(_NEVER):
            for answer in self._answers(rows):
                self._rule(answer, Drop("never"))
        if rows := rows_of(_LATER):
            for answer in self._answers(rows):
                self._put_off(answer)
        if rows := rows_of(_COMPLAINT):
            for answer in self._answers(rows):
                self._complain(answer)

    def _answers(self, rows: range) -> "Iterator[_Answer]":
        return map(_Answer._make, self._columns(rows))

    def _columns(self, rows: range) -> Iterator[tuple[int, ...]]:
        """Yield the columns of rows of one outcome, in the order of `_Answer`."""
        ledger, here = self._ledger, slice(rows.start, rows.stop)
        return zip(
            ledger.scope[here].tolist(),
            ledger.reason[here].tolist(),
            ledger.channel[here].tolist(),
            ledger.subject[here].tolist(),
            ledger.products[here].tolist(),
            ledger.at[here].tolist(),
            ledger.until[here].tolist(),
            strict=True,
        )

    def _read_declines(self, rows: range) -> None:
        """Hold back what was declined; most of it for the same time and in no need of a second look."""
        offers, products = self.by_scope["offer"], self.by_scope["product"]
        now, name_of, is_plain = self._now, self._name_of, not any(self._plan.declines)
        offer_span, product_span = self._plan.offer_days * DAY, self._plan.product_days * DAY
        for row in self._columns(rows):
            scope, reason, _channel, subject, product, at, until = row
            if reason == _HAVE_IT or not is_plain or scope > _PRODUCT or until == NEXT_VISIT:
                self._decline(_Answer._make(row))
                continue
            if product != NO_NAME and (end := until or at + product_span) > now:
                keep_strictest(products, name_of(product), Hold(end, "declined"))
                if reason == _PRICE:
                    self._count_price(product)
            if subject != NO_NAME and scope == _OFFER and (end := until or at + offer_span) > now:
                keep_strictest(offers, name_of(subject), Hold(end, "declined"))

    def _longest_accept(self) -> int:
        """Return for how long, in seconds, something may be held back after it was accepted."""
        return max(
            LONGEST_DUE_SECONDS if policy.until_due and self._directory.knows_due else policy.pause_days * DAY
            for periods in self._plan.accepts
            for policy in periods
        )

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
            shown = self._ledger.since(self._ledger.rows_of(_SHOWN), until - 1)
            if answer.subject not in self._ledger.subject[shown.start : shown.stop].tolist():
                self.levers[self._name_of(answer.subject)] = RAISE

    def _decline(self, answer: "_Answer") -> None:
        """Hold back what was declined: the offer and its products, each for its own period."""
        if answer.reason == _HAVE_IT and self._own(answer):
            return
        plan, about = self._plan, self._about(answer)
        offer_end = self._end_of(answer, _first_fit(plan.declines.offer, *about), plan.offer_days)
        product_end = self._end_of(answer, _first_fit(plan.declines.product, *about), plan.product_days)
        reason = "owned" if answer.reason == _HAVE_IT else "declined"
        if answer.scope in (_OFFER, _PRODUCT):
            self._hold("product", answer.products, product_end, reason)
            if answer.scope == _OFFER:
                self._hold("offer", answer.subject, offer_end, reason)
        elif offer_end > self._now:
            self._rule(answer, Hold(offer_end, reason))
        if answer.reason == _PRICE and answer.products != NO_NAME and product_end > self._now:
            self._count_price(answer.products)

    def _count_price(self, products: int) -> None:
        key = self._name_of(products)
        self.price_declines[key] = self.price_declines.get(key, 0) + 1

    def _own(self, answer: "_Answer") -> bool:
        """Hold back what the person has until it is needed again; tell whether this answers for how long."""
        due = self._first_due(answer)
        if due is None and answer.until not in (NO_END, NEXT_VISIT):
            return False
        if due is None or due > self._now:
            self._rule(answer, Drop("owned") if due is None else Hold(due, "owned"))
        return True

    def _end_of(self, answer: "_Answer", policy: Policy | None, usual_days: int) -> int:
        if answer.until not in (NO_END, NEXT_VISIT):
            return answer.until
        return answer.at + (usual_days if policy is None else policy.pause_days) * DAY

    def _accept(self, answer: "_Answer") -> None:
        """Hold what was accepted back until it is needed again, as far as policies say so."""
        about = self._about(answer)
        policy = _first_fit(self._plan.accepts.offer, *about)
        if policy is not None:
            self._hold("offer", answer.subject, answer.at + policy.pause_days * DAY, "accepted")
        policy = _first_fit(self._plan.accepts.product, *about)
        if policy is None or answer.products == NO_NAME:
            return
        usual_end = answer.at + policy.pause_days * DAY
        if not policy.until_due and usual_end <= self._now:
            return
        key = self._name_of(answer.products)
        for sku in (key, *key.split(" ")) if " " in key else (key,):
            due = self._directory.due_at(sku, answer.at) if policy.until_due and policy.pause_days else None
            until = usual_end if due is None else min(due, answer.at + LONGEST_DUE_SECONDS)
            if until > self._now:
                self._keep("product", sku, Hold(until, "accepted"))

    def _hold(self, scope: str, place: int, until: int, reason: str) -> None:
        if place != NO_NAME and until > self._now:
            self._keep(scope, self._name_of(place), Hold(until, reason))

    def _rule(self, answer: "_Answer", ruling: Ruling) -> None:
        """Apply a ruling to what the answer is about; on one channel if it names no subject."""
        if answer.scope == _EVERYTHING:
            is_stricter = self.everything is None or ruling.strictness > self.everything.strictness
            if (answer.channel == NO_NAME or self._is_here(answer)) and is_stricter:
                self.everything = ruling
            return
        if answer.scope in (_OFFER, _PRODUCT):
            if answer.products != NO_NAME:
                self._keep("product", self._name_of(answer.products), ruling)
            if answer.scope == _PRODUCT:
                return
        if answer.subject != NO_NAME:
            self._keep(SCOPES[answer.scope], self._name_of(answer.subject), ruling)

    def _keep(self, scope: str, name: str, ruling: Ruling) -> None:
        keep_strictest(self.by_scope[scope], name, ruling)

    def _is_here(self, answer: "_Answer") -> bool:
        return answer.channel != NO_NAME and self._ledger.where[answer.channel] == self._channel

    def _about(self, answer: "_Answer") -> tuple[str, Callable[[str], str]]:
        """Return the offer of an answer, and what tells its kind."""
        return self._name_of(answer.subject), self._directory.kind_of

    def _first_due(self, answer: "_Answer") -> int | None:
        if answer.products == NO_NAME:
            return None
        moments = [
            self._directory.due_at(sku, answer.at) for sku in self._name_of(answer.products).split(" ")
        ]
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_visit(self, after: int) -> int:
        """Return when the visit that `after` falls in is over: the first gap of VISIT_SECONDS."""
        moments = self._moments = self._moments or sorted(self._ledger.at)
        end, latest = after, after + LONGEST_VISIT_SECONDS - VISIT_SECONDS
        for place in range(bisect_right(moments, after), len(moments)):
            if moments[place] - end >= VISIT_SECONDS or end >= latest:
                break
            end = moments[place]
        return min(end, latest) + VISIT_SECONDS


class _Answer(NamedTuple):
    """An answer as the ledger's columns have it."""

    scope: int
    reason: int
    channel: int
    subject: int
    products: int
    at: int
    until: int


def _first_fit(periods: Sequence[Policy], offer: str, kind_of: Callable[[str], str]) -> Policy | None:
    """Return the first of the policies that is about an offer."""
    for policy in periods:
        if policy.offer in ("", offer) and (not policy.kind or policy.kind == kind_of(offer)):
            return policy
    return None


def keep_strictest(rulings: dict[str, Ruling], name: str, ruling: Ruling) -> None:
    """Keep the stricter ruling on a name."""
    known = rulings.get(name)
    if known is None or ruling.strictness > known.strictness:
        rulings[name] = ruling
