"""Every sentence about restraint holds, and what was held is not queued."""

import pytest

from engine.restraint import Allow, Consent, Hold, RestraintLedger, verdict
from engine.restraint.policy import DAY
from tests.engine.restraint.row import CUPS, HOUR, NOW, Row, Shop, rules, seen
from tests.engine.restraint.sentences import SENTENCES
from tests.engine.restraint.sentences.counting import FIVE, FIVE_VIEWS


@pytest.mark.parametrize("row", SENTENCES.values(), ids=SENTENCES)
def test_verdict(row: Row) -> None:
    ledger = RestraintLedger.read(RestraintLedger.of(row.entries).pack())

    found = verdict(ledger, row.policies, row.consent, row.candidate, row.now, Shop())

    assert found == row.expected


def test_verdict__of_what_was_held__is_decided_anew_and_nothing_is_queued() -> None:
    """A held offer leaves nothing behind: later, only what happened counts."""
    ledger, policies = RestraintLedger.of(seen(*FIVE)), rules(FIVE_VIEWS)

    held = [verdict(ledger, policies, Consent(), CUPS, NOW + hour * HOUR) for hour in range(9)]
    later = verdict(ledger, policies, Consent(), CUPS, NOW + 8 * DAY)

    assert set(held) == {Hold(NOW - DAY // 2 + 7 * DAY, "enough_shown")}
    assert later == Allow()
