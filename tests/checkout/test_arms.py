"""A quote asks for the arm of a shopper as a decision does."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from checkout.services.quote.basket import Basket
from checkout.services.quote.conditions import barred_offers, circumstances_for_shopper
from checkout.services.quote.request import QuoteRequest
from engine.conditions import Circumstances
from engine.experiments.running import Experiments, RunningExperiment, unit_of
from engine.experiments.split import ArmSplit
from engine.snapshot.reader import Snapshot
from offers.services.preferences.change import PreferenceChange, Statement, change_preferences
from tests.engine.shop import Shop

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
RUNNING = RunningExperiment("texts", ArmSplit("texts", ((0.0, 0.5), (0.5, 1.0))), ("a", "b"), 0)
HERE = Statement(source="preferences", page="/preferences/", wording=lambda channel: channel)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    shop = Shop(experiments=Experiments((RUNNING,)))
    shop.sell("tea")
    shop.offer("only-b", curated=["tea"], arms=("texts", ["b"]))
    return shop.publish(tmp_path)


def arms(snapshot: Snapshot, *, customer: str | None = None, visitor: str | None = None) -> object:
    """Return the arms by which a shopper's cart is priced."""
    request = QuoteRequest(cart=(), customer=customer, visitor=visitor)
    basket = Basket(snapshot, "JPY", [], [], {}, [], [])
    return circumstances_for_shopper(basket=basket, request=request, at=AT)["arms"]


def test_quote__visitor__has_the_arm_of_their_decisions(snapshot: Snapshot) -> None:
    for visitor in ("v-1", "v-2", "v-3", "v-4"):
        arm = RUNNING.arm_of(unit_of(None, visitor), int(AT.timestamp()))
        assert arms(snapshot, visitor=visitor) == {"texts": arm}
    assert arms(snapshot) == {}


@pytest.mark.django_db
def test_quote__customer_without_personalisation__has_no_arm(snapshot: Snapshot) -> None:
    assert arms(snapshot, customer="aki") != {}

    change_preferences(customer="aki", change=PreferenceChange(is_personalised=False), statement=HERE, at=AT)

    assert arms(snapshot, customer="aki", visitor="v-1") == {}


@pytest.mark.parametrize(
    ("arm", "accepted", "barred"),
    [
        ({"texts": "b"}, (), {}),
        ({"texts": "a"}, (), {1: "other_arm"}),
        ({}, (), {1: "other_arm"}),
        ({"texts": "a"}, (1,), {}),
    ],
)
def test_offer_of_another_arm__is_barred_unless_it_was_accepted(
    snapshot: Snapshot, arm: dict[str, str], accepted: tuple[int, ...], barred: dict[int, str]
) -> None:
    asked = Circumstances(at=int(AT.timestamp()), arms=arm, accepted=frozenset(accepted))

    assert barred_offers(offers=[snapshot.offers[0]], circumstances=asked) == barred
