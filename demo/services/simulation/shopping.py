"""What simulated shoppers do with the offers they are shown."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from django.utils.timezone import localtime
from msgspec import Struct
from msgspec.structs import replace

from demo.plans import simulated as plan
from demo.services.simulation.visits import Visit
from engine.journal.record import JournalRecord, JournalSlot
from offers.models import EventType

_SECONDS: Final = {EventType.IMPRESSION: 2, EventType.CLICK: 20, EventType.ACCEPT: 40}
# For answers other than these.
_LATER_SECONDS: Final = 15


class Answer(Struct, frozen=True):
    """What a shopper did with a slot of a decision."""

    record: JournalRecord
    slot: JournalSlot
    type: EventType
    at: datetime
    reason: str = ""
    is_repeated: bool = False


class Shopping:
    """The shoppers' memory: how often they saw each offer, and what they want to see no more.

    `end` is when the simulated time ends, `rng` what chance decides by.
    """

    def __init__(self, *, end: datetime, rng: np.random.Generator) -> None:
        self.refused: dict[str, set[str]] = defaultdict(set)
        self.gone: set[str] = set()
        self._seen: Counter[tuple[str, str]] = Counter()
        self._end, self._rng = end, rng

    def shown(self, visit: Visit, decided: JournalRecord, decision: str) -> JournalRecord:
        """Return the record of a visit to a page that was decided before, without what was refused since."""
        refused = self.refused[visit.customer]
        return replace(
            decided,
            at=int(visit.at.timestamp()) * 1000,
            decision=decision,
            page=decision,
            shown=tuple(slot for slot in decided.shown if slot.offer not in refused),
        )

    def answers(self, visit: Visit, record: JournalRecord) -> Iterator[Answer]:
        """Yield what the shopper of a visit does with what the decision showed, slot by slot."""
        for slot in record.shown:
            draws = self._rng.random(5).tolist()
            place = min(slot.position, len(plan.VIEWED)) - 1
            if draws[0] >= plan.VIEWED[place]:
                continue
            yield self._answer(record, slot, EventType.IMPRESSION, is_repeated=draws[4] < plan.REPEATED)
            views = self._seen[visit.customer, slot.offer]
            self._seen[visit.customer, slot.offer] += 1
            if draws[1] < self._click_rate(visit, record, slot) * plan.FATIGUE**views:
                yield self._answer(record, slot, EventType.CLICK)
                if draws[2] < plan.ACCEPTED:
                    yield self._answer(record, slot, EventType.ACCEPT)
            elif (kind := _refusal(draws[2])) is not None:
                yield self._refuse(visit, record, slot, kind, draws[3])

    def _click_rate(self, visit: Visit, record: JournalRecord, slot: JournalSlot) -> float:
        """Return how likely a view leads to a click, before fatigue."""
        rate = plan.CLICKED.get(slot.kind, 0.0) * plan.TASTES.get(record.segment, 1.0)
        for one in plan.PLANTED:
            if one.offer == slot.offer and self._applies(one, visit, record):
                rate *= one.factor
        return rate

    def _applies(self, one: plan.Planted, visit: Visit, record: JournalRecord) -> bool:
        return (
            (not one.segments or record.segment in one.segments)
            and localtime(visit.at).hour >= one.from_hour
            and (not one.last_days or visit.at >= self._end - timedelta(days=one.last_days))
        )

    def _refuse(
        self, visit: Visit, record: JournalRecord, slot: JournalSlot, kind: EventType, draw: float
    ) -> Answer:
        """Return a refusal; the shopper is not shown the offer again, after a complaint no offer at all."""
        self.refused[visit.customer].add(slot.offer)
        if kind == EventType.COMPLAINT:
            self.gone.add(visit.customer)
        has_reason = kind == EventType.DECLINE
        reason = plan.REASONS[int(draw * len(plan.REASONS))] if has_reason else ""
        return self._answer(record, slot, kind, reason=reason)

    @staticmethod
    def _answer(
        record: JournalRecord,
        slot: JournalSlot,
        kind: EventType,
        *,
        reason: str = "",
        is_repeated: bool = False,
    ) -> Answer:
        at = datetime.fromtimestamp(record.at // 1000, UTC)
        after = timedelta(seconds=_SECONDS.get(kind, _LATER_SECONDS) + slot.position)
        return Answer(record, slot, kind, at + after, reason, is_repeated)


def _refusal(draw: float) -> EventType | None:
    """Return how a view is refused; None if it is not."""
    limit = 0.0
    for kind, rate in (
        (EventType.DECLINE, plan.DECLINED),
        (EventType.DISMISS, plan.DISMISSED),
        (EventType.NEVER, plan.NEVER),
        (EventType.COMPLAINT, plan.COMPLAINED),
    ):
        limit += rate
        if draw < limit:
            return kind
    return None


def accepted_slots(answers: Sequence[Answer]) -> list[JournalSlot]:
    """Return the accepted slots that propose products."""
    return [one.slot for one in answers if one.type == EventType.ACCEPT and one.slot.products]
