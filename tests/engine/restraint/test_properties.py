"""What holds for every ledger, policy and moment."""

import os
from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.restraint import (
    Allow,
    Consent,
    Directory,
    Hold,
    LedgerEntry,
    Policies,
    Policy,
    QuietHours,
    RestrainedCandidate,
    RestraintLedger,
    ShownCap,
    verdict,
)
from engine.restraint.entry import NEXT_VISIT, OUTCOMES, SCOPES, WHY_NOT, Outcome
from engine.restraint.ledger import MOST_ENTRIES
from engine.restraint.policy import DAY
from engine.restraint.restrain import restrain
from tests.engine.restraint.row import NOW

CHANNELS = ("web", "email")
OFFERS = ("cups", "pots")

entries = st.builds(
    LedgerEntry,
    outcome=st.sampled_from(OUTCOMES),
    at=st.integers(NOW - 100 * DAY, NOW),
    scope=st.sampled_from(SCOPES),
    subject=st.sampled_from(["", *OFFERS]),
    products=st.sampled_from(["", "cup", "cup tea"]),
    reason=st.sampled_from(WHY_NOT),
    channel=st.sampled_from(["", *CHANNELS]),
    placement=st.sampled_from(["", "cart"]),
    until=st.sampled_from([0, NEXT_VISIT, NOW - DAY, NOW + DAY]),
)
ledgers = st.lists(entries, max_size=12).map(RestraintLedger.of)
policies = st.builds(
    Policies,
    decline_days=st.integers(1, 90),
    policies=st.lists(
        st.builds(
            Policy,
            outcome=st.sampled_from(["shown", "clicked", "dismissed", "declined", "accepted"]),
            count=st.integers(1, 3),
            window_days=st.integers(1, 60),
            pauses=st.sampled_from(SCOPES),
            pause_days=st.integers(0, 60),
            without_click=st.booleans(),
            until_due=st.booleans(),
            channel=st.sampled_from(["", *CHANNELS]),
            offer=st.sampled_from(["", *OFFERS]),
            since=st.sampled_from([0, NOW - 20 * DAY]),
        ),
        max_size=4,
    ).map(tuple),
    caps=st.lists(st.builds(ShownCap, st.integers(1, 3), st.integers(1, 9)), max_size=2).map(tuple),
)
candidates = st.builds(
    RestrainedCandidate,
    offer=st.sampled_from(OFFERS),
    products=st.sampled_from([(), ("cup",), ("cup", "tea")]),
    channel=st.sampled_from(CHANNELS),
)
# The suite draws the same examples each time. More, and random ones: HYPOTHESIS_EXAMPLES=3000.
MORE_EXAMPLES = os.environ.get("HYPOTHESIS_EXAMPLES")
often = settings(
    max_examples=int(MORE_EXAMPLES or 40), deadline=None, derandomize=not MORE_EXAMPLES, database=None
)


class Household(Directory):
    """Cups are needed again every 40 days, and tea after two years."""

    def due_at(self, products: str, after: int) -> int | None:
        return {"cup": after + 40 * DAY, "tea": after + 730 * DAY}.get(products)


def ended(outcome: Outcome, **columns: Any) -> RestraintLedger:
    """Return an answer with an end that is over, on the web."""
    given_columns = {"at": NOW - 9 * DAY, "until": NOW - DAY, "channel": "web"} | columns
    return RestraintLedger.of([LedgerEntry(outcome, **given_columns)])  # type: ignore[arg-type]


ANYTHING = RestrainedCandidate("cups", products=("cup",))


@often
@given(ledgers)
def test_ledger__packed_and_read__is_the_same(ledger: RestraintLedger) -> None:
    assert list(RestraintLedger.read(ledger.pack())) == list(ledger)


@often
@given(st.lists(entries, max_size=9), st.lists(entries, max_size=9))
def test_merge__loses_nothing_counts_nothing_twice_and_knows_no_order(
    ours: list[LedgerEntry], theirs: list[LedgerEntry]
) -> None:
    first, second = RestraintLedger.of(ours), RestraintLedger.of(theirs)
    merged = first.merged_with(second)

    assert merged.pack() == second.merged_with(first).pack() == merged.merged_with(second).pack()
    assert set(merged) == {*first, *second}
    assert max(len(first), len(second)) <= len(merged) <= len(first) + len(second)


@often
@given(ledgers, policies, candidates)
def test_verdict__held_until_a_moment__is_not_the_same_hold_then(
    ledger: RestraintLedger, rules: Policies, candidate: RestrainedCandidate
) -> None:
    held = verdict(ledger, rules, Consent(), candidate, NOW)
    if not isinstance(held, Hold):
        return

    assert held.until > NOW
    then = verdict(ledger, rules, Consent(), candidate, held.until)

    assert isinstance(then, Allow) or then != held


@often
@given(ledgers, policies, candidates)
def test_verdict__levers__are_bounded(
    ledger: RestraintLedger, rules: Policies, candidate: RestrainedCandidate
) -> None:
    found = verdict(ledger, rules, Consent(), candidate, NOW)

    assert not isinstance(found, Allow) or 0.5 <= found.lever <= 2


@often
@given(ledgers, policies, candidates)
@example(ended("complaint"), Policies(), ANYTHING)
@example(ended("never", subject="cups"), Policies(), ANYTHING)
@example(ended("declined", at=NOW - 35 * DAY, products="cup", reason="have_it"), Policies(), ANYTHING)
@example(
    ended("accepted", at=NOW - 100 * DAY, products="tea", until=0),
    Policies(policies=(Policy("accepted", 1, 1, "product", 30, until_due=True),)),
    RestrainedCandidate("teas", products=("tea",)),
)
@example(
    ended("later", at=NOW - 14 * DAY, subject="cups", until=NEXT_VISIT), Policies(decline_days=1), ANYTHING
)
def test_forgetting__what_has_ended__changes_no_verdict(
    ledger: RestraintLedger, rules: Policies, candidate: RestrainedCandidate
) -> None:
    kept = ledger.without_ended(rules, NOW)

    for days in (0, 1, 30):
        at = NOW + days * DAY
        found, after = (verdict(one, rules, Consent(), candidate, at, Household()) for one in (ledger, kept))
        assert found == after


@often
@given(ledgers, policies)
def test_restrain__one_more_decline__frees_nothing(ledger: RestraintLedger, rules: Policies) -> None:
    one_more = ledger.with_entries([LedgerEntry("never", NOW, subject="cups", products="cup")])

    before, after = (restrain(one, rules, Consent(), now=NOW, channel="web") for one in (ledger, one_more))

    assert before.offers.keys() <= after.offers.keys()
    assert before.products.keys() <= after.products.keys()


@often
@given(
    st.integers(0, 1439),
    st.integers(0, 1439),
    st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "Australia/Sydney"]),
    st.integers(
        int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())
    ),
)
def test_quiet_hours__that_end__are_over_then(starts: int, ends: int, zone: str, at: int) -> None:
    quiet = QuietHours(starts, ends)
    end = quiet.ends_at(at, zone)

    if end is not None and starts != ends:
        assert at < end <= at + DAY + 2 * 3600
        assert quiet.ends_at(end, zone) is None


def test_ledger__names_in_any_script__are_cut_where_they_begin() -> None:
    entries = [
        LedgerEntry("declined", NOW + second, subject=name, products=f"{name}-1 {name}-2", channel="web")
        for second, name in enumerate(["茶碗", "théière", "🍵", "cup"])
    ]

    assert list(RestraintLedger.read(RestraintLedger.of(entries).pack())) == entries


def test_ledger__more_than_is_kept__loses_views_before_answers() -> None:
    views = [LedgerEntry("shown", NOW + second, subject="cups") for second in range(MOST_ENTRIES)]
    answers = [
        LedgerEntry("declined", NOW - 9, subject="pots"),
        LedgerEntry("never", NOW - 99, subject="jam"),
    ]

    kept = list(RestraintLedger.of([*answers, *views]))

    assert len(kept) == MOST_ENTRIES
    assert kept[:2] == answers[::-1]
    assert kept[2:] == views[2:]
