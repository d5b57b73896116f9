"""Decisions agree with the verdict: what it allows is shown, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision.restrain import SnapshotDirectory
from engine.decision.types import KnownCustomer
from engine.restraint import (
    Allow,
    Consent,
    LedgerEntry,
    Policies,
    Policy,
    QuietHours,
    RestrainedCandidate,
    RestraintLedger,
    ShownCap,
    verdict,
)
from engine.restraint.entry import NEXT_VISIT, OUTCOMES, SCOPES, WHY_NOT
from engine.restraint.policy import DAY
from engine.snapshot.reader import Snapshot
from tests.engine.decision.test_restrain import cafe, published
from tests.engine.shop import NOON, ask

OFFERS = {
    "teas": RestrainedCandidate("teas", "cross_sell", ("green",), frozenset("12"), placement="cart"),
    "cakes": RestrainedCandidate("cakes", "cross_sell", ("cake",), frozenset("3"), placement="cart"),
}
PLACES = {
    "channel": st.sampled_from(["", "web", "email"]),
    "placement": st.sampled_from(["", "cart", "home"]),
}
ENTRIES = st.builds(
    LedgerEntry,
    outcome=st.sampled_from(OUTCOMES),
    at=st.integers(NOON - 40 * DAY, NOON),
    scope=st.sampled_from(SCOPES),
    subject=st.sampled_from(["", "teas", "cakes", "gone", "1", "3", "cross_sell"]),
    products=st.sampled_from(["", "green", "cake", "cake green", "gone"]),
    reason=st.sampled_from(WHY_NOT),
    until=st.sampled_from([0, NEXT_VISIT, NOON - DAY, NOON + DAY]),
    **PLACES,
)
POLICIES = st.builds(
    Policy,
    outcome=st.sampled_from(["shown", "clicked", "dismissed", "later", "declined", "accepted"]),
    count=st.integers(1, 3),
    window_days=st.integers(1, 30),
    pauses=st.sampled_from(SCOPES),
    pause_days=st.integers(0, 30),
    without_click=st.booleans(),
    offer=st.sampled_from(["", "", "teas"]),
    kind=st.sampled_from(["", "", "cross_sell"]),
    **PLACES,
)
RULES = st.builds(
    Policies,
    policies=st.lists(POLICIES, max_size=4).map(tuple),
    caps=st.lists(st.builds(ShownCap, st.integers(1, 3), st.integers(1, 9)), max_size=1).map(tuple),
    quiet=st.lists(st.builds(QuietHours, st.just(660), st.integers(660, 780)), max_size=1).map(tuple),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return published(cafe(), tmp_path_factory.mktemp("cafe"))


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(ENTRIES, max_size=6).map(RestraintLedger.of), RULES)
def test_decision__any_ledger_and_policies__shows_what_the_verdict_allows(
    shop: Snapshot, ledger: RestraintLedger, rules: Policies
) -> None:
    shop.restraint = rules
    directory = SnapshotDirectory(shop, b"")

    decision = ask(shop, "tea", customer=KnownCustomer(ledger=ledger.pack()))
    shown = {one.offer for one in decision.proposals}

    verdicts = {
        code: verdict(ledger, rules, Consent(), candidate, NOON, directory)
        for code, candidate in OFFERS.items()
    }
    allowed = {code for code, found in verdicts.items() if isinstance(found, Allow)}
    # A cap may leave room for one of two.
    assert shown <= allowed
    assert bool(shown) == bool(allowed)
    assert rules.caps or shown == allowed
