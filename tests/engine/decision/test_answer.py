"""What a decision says for the journal: why a proposal won, which candidates there were, and for whom."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.decision.types import DecidedFor, KnownCustomer
from engine.snapshot.reader import Snapshot
from tests.engine.shop import Shop, ask


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """One offer that picks wine, then olives; cheese is in the cart."""
    shop = Shop()
    for sku, price in (("cheese", 800), ("olive", 300), ("wine", 3000)):
        shop.sell(sku, price=price)
    shop.offer("picked", curated=["wine", "olive"], max_proposals=1)
    shop.offer("asked-later", curated=["cheese"], priority=-1)
    return shop.publish(tmp_path)


def test_proposal__its_score__is_that_of_the_explanation(snapshot: Snapshot) -> None:
    decision = ask(snapshot, "cheese", explain=True)

    [proposal] = decision.proposals
    assert decision.trace is not None
    [traced] = [one for offer in decision.trace for one in offer.candidates if one.removed_by is None]
    assert proposal.offer_id == 1
    assert proposal.score is not None
    score = proposal.score
    expected = (traced.score, traced.detail["relevance"], traced.detail["value"])
    assert (score.score, score.relevance, score.value) == pytest.approx(expected)


def test_candidates__asked_for__are_listed_and_change_nothing(snapshot: Snapshot) -> None:
    listed = ask(snapshot, "cheese", lists_candidates=True)

    assert listed.candidates is not None
    found = {code: [(one.sku, one.removed_by) for one in of] for code, of in listed.candidates.items()}
    assert found["picked"] == [("wine", None), ("olive", "offer_has_enough")]
    assert listed.trace is None
    assert replace(listed, candidates=None) == ask(snapshot, "cheese")


def test_candidates__of_an_explained_decision__are_those_of_its_trace(snapshot: Snapshot) -> None:
    both = ask(snapshot, "cheese", lists_candidates=True, explain=True)

    assert both.trace is not None
    assert both.candidates == {one.offer: list(one.candidates) for one in both.trace if one.candidates}


@pytest.mark.parametrize(
    ("customer", "shopper"),
    [
        (None, DecidedFor()),
        (KnownCustomer(segment="champions"), DecidedFor(segment="champions")),
        (
            KnownCustomer(segment="champions", consents={("personalisation", ""): False}),
            DecidedFor(is_private=True),
        ),
    ],
)
def test_decision__says_what_it_knew_of_the_shopper(
    snapshot: Snapshot, customer: KnownCustomer | None, shopper: DecidedFor
) -> None:
    assert ask(snapshot, "cheese", customer=customer).shopper == shopper
