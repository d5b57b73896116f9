"""Issue decisions: each gets its token, and its record in the journal.

No decision ID leaves the shop without a record, as far as the journal can be written.
"""

from collections.abc import Sequence

from engine.decision.types import Decision, DecisionRequest
from offers.services.journal.process import current_journal
from offers.services.journal.records import Owner, circumstances_of, record_of
from offers.services.tokens import issue_decision_token, new_decision_id


def issue_decisions(
    *, decisions: Sequence[Decision], asked: DecisionRequest, owner: Owner, snapshot: str, at_ms: int
) -> list[str]:
    """Return the tokens of the decisions for a page, and write them to the journal at once.

    `snapshot` is the version decided by, `at_ms` the time in milliseconds since 1970-01-01 UTC.
    """
    ids = [new_decision_id() for _decision in decisions]
    journal = current_journal()
    if journal is not None and decisions:
        circumstances = circumstances_of(asked)
        records = [
            record_of(
                decision,
                decision_id=decision_id,
                page=ids[0],
                at_ms=at_ms,
                channel=asked.channel,
                circumstances=circumstances,
                owner=owner,
                snapshot=snapshot,
            )
            for decision, decision_id in zip(decisions, ids, strict=True)
        ]
        journal.append(records, at_ms)
    return [
        _token(decision, decision_id, asked, owner)
        for decision, decision_id in zip(decisions, ids, strict=True)
    ]


def _token(decision: Decision, decision_id: str, asked: DecisionRequest, owner: Owner) -> str:
    return issue_decision_token(
        proposals=decision.proposals,
        placement=decision.placement,
        decided_at=asked.at,
        decision_id=decision_id,
        key=owner.key,
        customer=owner.customer,
        session=owner.session,
        channel=asked.channel,
    )
