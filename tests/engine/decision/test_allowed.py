"""Decisions for customers who have turned personalisation or a channel off."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from engine.decision import decide, decide_page
from engine.decision.allowed import NOT_PERSONALISED
from engine.decision.types import CartItem, Decision, DecisionRequest, KnownCustomer
from engine.restraint import LedgerEntry
from engine.snapshot.reader import Snapshot
from engine.snapshot.writer import write_snapshot
from tests.engine.decision.test_restrain import RULES, cafe, seen
from tests.engine.refusals import packed
from tests.engine.shop import NOON

OFF = {("personalisation", "all"): False}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    data = replace(cafe().data(), restraint=RULES)
    return Snapshot.open(tmp_path / write_snapshot(data=data, directory=tmp_path))


def asked(customer: KnownCustomer | None, *, explain: bool = False, **changes: object) -> DecisionRequest:
    request = DecisionRequest(
        placement="cart", at=NOON, cart=(CartItem("tea", 1),), customer=customer, explain=explain
    )
    return msgspec.structs.replace(request, **changes)


def shown(decision: Decision) -> list[str]:
    return [proposal.offer for proposal in decision.proposals]


def test_personalisation_off__everything_known__decides_as_for_a_guest(snapshot: Snapshot) -> None:
    customer = KnownCustomer(
        ledger=packed(*seen("teas", 9)),
        currency="JPY",
        own_uses={1: 3},
        attributes={"skin_type": "dry"},
        answers={("spring", "q-1"): "daily"},
        consents=OFF,
        has_open_inquiry=True,
    )

    mine = decide(snapshot=snapshot, request=asked(customer, explain=True))
    guest = decide(snapshot=snapshot, request=asked(None, explain=True))

    assert shown(mine) == ["cakes", "teas"]
    assert (mine.proposals, mine.trace) == (guest.proposals, guest.trace)
    assert mine.notes == (NOT_PERSONALISED,)
    on = decide(snapshot=snapshot, request=asked(msgspec.structs.replace(customer, consents={})))
    assert (shown(on), on.notes) == (["cakes"], ())


@pytest.mark.parametrize(
    ("entry", "left"),
    [
        (LedgerEntry("declined", NOON - 9, subject="teas"), ["cakes"]),
        (LedgerEntry("never", NOON - 9, scope="kind", subject="cross_sell"), []),
        (LedgerEntry("later", NOON - 9, scope="everything", until=NOON + 9), []),
        (LedgerEntry("dismissed", NOON - 9, subject="teas"), ["cakes", "teas"]),
        (LedgerEntry("clicked", NOON - 9, subject="cakes"), ["cakes", "teas"]),
    ],
)
def test_personalisation_off__what_was_refused__stays_refused(
    snapshot: Snapshot, entry: LedgerEntry, left: list[str]
) -> None:
    customer = KnownCustomer(ledger=packed(entry), consents=OFF)

    assert shown(decide(snapshot=snapshot, request=asked(customer))) == left


def test_personalisation_off__on_a_page__is_noted_once(snapshot: Snapshot) -> None:
    request = asked(KnownCustomer(consents=OFF))

    page = decide_page(snapshot=snapshot, request=request, placements=["cart"])

    assert page.notes == (NOT_PERSONALISED,)


def test_channel_refused__only_there__nothing_is_shown(snapshot: Snapshot) -> None:
    customer = KnownCustomer(consents={("marketing", "app"): False})

    assert shown(decide(snapshot=snapshot, request=asked(customer, channel="app"))) == []
    assert shown(decide(snapshot=snapshot, request=asked(customer, channel="web"))) == ["cakes", "teas"]
