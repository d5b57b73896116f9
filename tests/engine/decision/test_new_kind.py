"""A kind of offer that only this file knows: registered, kept in a snapshot, decided and explained."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.decision.candidate import Candidate, Change, Priced
from engine.decision.context import Context
from engine.decision.guards import Guard
from engine.decision.kinds import KINDS, register
from engine.decision.kinds.proposer import DirectProposer
from engine.decision.types import Detail, Reason
from engine.snapshot.records import OfferRecord
from tests.engine.shop import Shop, ask, offered


class Trial(Detail, frozen=True):
    """For how many days a product may be tried."""

    days: int


def is_on_page(context: Context, _offer: OfferRecord, candidate: Candidate) -> bool:
    """Tell whether the product is that of the page."""
    return candidate.product == context.page_product


class TrialProposer(DirectProposer):
    """Proposes to try the offer's products for 14 days at no price."""

    code = "trial"
    guards = (Guard("on_page", is_on_page),)

    def propose(self, context: Context, offer: OfferRecord) -> Iterator[Candidate]:
        for place, row in enumerate(offer.curated, 1):
            list_minor = context.snapshot.products.price[row]
            trial = Change(
                parts=((row, 1),),
                priced=Priced(list_minor, 0, 0, (0,)),
                about=("trial", row),
                evidence={"place": place},
                detail=Trial(14),
            )
            yield Candidate("trial", row, 1 / place, 0.1, change=trial)

    def price_exactly(
        self, context: Context, offer: OfferRecord, candidate: Candidate, quick: Priced
    ) -> Priced:
        del context, offer, candidate
        return quick


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    register(TrialProposer())
    yield
    del KINDS["trial"]


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.sell("pan", "lid", price=4000)
    shop.sell("gone", stock=0)
    shop.offer("try-it", kind="trial", curated=["gone", "pan", "lid"])
    return shop


def test_new_kind__from_a_snapshot__is_proposed_with_its_detail(shop: Shop, tmp_path: Path) -> None:
    (proposal,) = ask(shop.publish(tmp_path)).proposals

    assert (proposal.kind, proposal.strategy) == ("trial", "trial")
    assert [part.sku for part in proposal.products] == ["pan"]
    assert (proposal.list_minor, proposal.offer_minor) == (4000, 0)
    assert proposal.reason == Reason("trial", {"place": 2})
    assert proposal.detail == Trial(14)


def test_new_kind__explained__names_the_guards_of_all_kinds_and_its_own(shop: Shop, tmp_path: Path) -> None:
    decision = ask(shop.publish(tmp_path), product="pan", explain=True)

    (trace,) = decision.trace or ()
    assert offered(decision) == [("lid",)]
    assert [(one.sku, one.removed_by) for one in trace.candidates] == [
        ("gone", "out_of_stock"),
        ("pan", "on_page"),
        ("lid", None),
    ]


def test_register__a_code_that_is_taken__is_refused() -> None:
    with pytest.raises(ValueError, match="trial"):
        register(TrialProposer())
