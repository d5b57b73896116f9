"""What is known of customers and products steers what is proposed."""

from pathlib import Path
from typing import Any

import pytest

from engine.decision.slow_movers import RELEVANCE_FLOOR
from engine.decision.types import CandidateTrace, Decision, KnownCustomer
from tests.engine.known import due, used_to_paying
from tests.engine.shop import NOON, Shop, ask, offered

TEA_LEAVES, CHINA = 1, 2


def tea_room() -> Shop:
    shop = Shop(categories={"tea leaves": None, "china": None})
    shop.sell("bancha", category="tea leaves", price=500)
    shop.sell("sencha", category="tea leaves", price=800)
    shop.sell("gyokuro", category="tea leaves", price=2000)
    shop.sell("cup", "pot", "tray", category="china", price=900)
    shop.ladders = [[("bancha", "梅", "", ""), ("sencha", "竹", "", ""), ("gyokuro", "松", "", "")]]
    shop.together("bancha", ("cup", 0.9, 0.30), ("pot", 0.8, 0.20), ("tray", 0.7, 0.10))
    return shop


def _upgrades(tmp_path: Path, customer: KnownCustomer | None, **offer: Any) -> list[tuple[str, ...]]:
    shop = tea_room()
    shop.offer("up", "ladder", kind="upgrade", max_proposals=2, **offer)
    return offered(ask(shop.publish(tmp_path), "bancha", customer=customer))


@pytest.mark.parametrize(
    ("customer", "left"),
    [
        (None, ["sencha", "gyokuro"]),
        (KnownCustomer(), ["sencha", "gyokuro"]),
        (used_to_paying((TEA_LEAVES, 800)), ["sencha"]),
        (used_to_paying((TEA_LEAVES, 799)), []),
        (used_to_paying((TEA_LEAVES, 2000)), ["sencha", "gyokuro"]),
        (used_to_paying((CHINA, 100)), ["sencha", "gyokuro"]),  # never bought tea: nothing is known
        (used_to_paying((TEA_LEAVES, 800), currency="USD"), ["sencha", "gyokuro"]),
    ],
)
def test_upgrade__customer_used_to_paying__stays_within(
    tmp_path: Path, customer: KnownCustomer | None, left: list[str]
) -> None:
    assert _upgrades(tmp_path, customer) == [(sku,) for sku in left]


def test_upgrade__offered_at_a_price_within_the_band__is_proposed(tmp_path: Path) -> None:
    customer = used_to_paying((TEA_LEAVES, 1000))

    assert _upgrades(tmp_path, customer, benefit_kind="fixed", benefit_value=1000) == [
        ("sencha",),
        ("gyokuro",),
    ]


@pytest.mark.parametrize(
    ("max_step_bp", "left"),
    [(None, ["sencha", "gyokuro"]), (30_000, ["sencha", "gyokuro"]), (29_999, ["sencha"]), (5_999, [])],
)
def test_upgrade__step_bounded_by_the_merchandiser__stays_within(
    tmp_path: Path, max_step_bp: int | None, left: list[str]
) -> None:
    assert _upgrades(tmp_path, None, max_step_bp=max_step_bp) == [(sku,) for sku in left]


def _replenish(tmp_path: Path, *needed: tuple[str, int, int, float], **given: Any) -> Decision:
    shop = tea_room()
    shop.offer("again", "replenishment", max_proposals=4)
    return ask(shop.publish(tmp_path), customer=due(shop, *needed), **given)


@pytest.mark.parametrize(
    ("in_days", "is_proposed"), [(7, False), (6, True), (0, True), (-30, True), (-31, False)]
)
def test_replenishment__day_it_is_due__opens_and_closes_the_offer(
    tmp_path: Path, in_days: int, is_proposed: bool
) -> None:
    decision = _replenish(tmp_path, ("bancha", in_days, 30, 0.9))

    assert offered(decision) == [("bancha",)] * is_proposed


def test_replenishment__proposal__has_a_reason(tmp_path: Path) -> None:
    (proposal,) = _replenish(tmp_path, ("bancha", 2, 30, 0.9)).proposals

    assert (proposal.strategy, proposal.reason.code) == ("replenishment", "due_for_repurchase")
    assert proposal.reason.evidence == {
        "due_date": "2026-11-23",
        "interval_days": 30,
        "known_from": "customer",
        "purchases": 4,
    }


def test_replenishment__several_due__propose_the_surest_first(tmp_path: Path) -> None:
    decision = _replenish(tmp_path, ("cup", 0, 30, 0.9), ("tray", 0, 30, 0.7))

    assert offered(decision) == [("cup",), ("tray",)]


def test_replenishment__in_the_cart_already__is_not_proposed(tmp_path: Path) -> None:
    shop = tea_room()
    shop.offer("again", "replenishment", max_proposals=4)
    customer = due(shop, ("cup", 0, 30, 0.9), ("tray", 0, 30, 0.7))

    assert offered(ask(shop.publish(tmp_path), "cup", customer=customer)) == [("tray",)]


@pytest.mark.parametrize("customer", [None, KnownCustomer(), KnownCustomer(due=b"cut short")])
def test_replenishment__no_facts__proposes_nothing(tmp_path: Path, customer: KnownCustomer | None) -> None:
    shop = tea_room()
    shop.offer("again", "replenishment")

    assert offered(ask(shop.publish(tmp_path), customer=customer)) == []


def _with_slow(
    tmp_path: Path, boost_bp: int, **slowness: float
) -> tuple[list[str], dict[str, CandidateTrace]]:
    shop = tea_room()
    for one in shop.goods:
        one.slowness = slowness.get(one.sku, 0)
    shop.offer("beside", "bought_together", max_proposals=3, slow_mover_boost_bp=boost_bp)
    decision = ask(shop.publish(tmp_path), product="bancha", explain=True)
    (trace,) = decision.trace or ()
    return [sku for (sku,) in offered(decision)], {one.sku: one for one in trace.candidates}


def test_slow_mover__offer_that_helps__comes_earlier(tmp_path: Path) -> None:
    order, traced = _with_slow(tmp_path, 3_000, tray=1.0)

    assert order == ["tray", "cup", "pot"]
    assert order == sorted(traced, key=lambda sku: -traced[sku].score)
    assert traced["tray"].detail["relevance_cost"] == pytest.approx(0.2)
    assert "relevance_cost" not in traced["cup"].detail


@pytest.mark.parametrize(("boost_bp", "slowness"), [(0, 1.0), (1_000, 1.0), (3_000, 0.4)])
def test_slow_mover__little_help__stays(tmp_path: Path, boost_bp: int, slowness: float) -> None:
    order, traced = _with_slow(tmp_path, boost_bp, tray=slowness)

    assert order == ["cup", "pot", "tray"]
    assert not any("relevance_cost" in one.detail for one in traced.values())


def test_slow_mover__under_the_relevance_floor__is_never_helped(tmp_path: Path) -> None:
    shop = tea_room()
    shop.together("bancha", ("cup", 0.9, 0.3), ("tray", 0.8, RELEVANCE_FLOOR / 2))
    shop.goods[shop.row("tray")].slowness = 1.0
    shop.offer("beside", "bought_together", max_proposals=2, slow_mover_boost_bp=5_000)

    assert offered(ask(shop.publish(tmp_path), product="bancha")) == [("cup",), ("tray",)]


def test_slow_mover__picked_by_hand__keeps_the_merchandisers_order(tmp_path: Path) -> None:
    shop = tea_room()
    shop.goods[shop.row("tray")].slowness = 1.0
    shop.offer("picked", curated=["cup", "tray"], max_proposals=2, slow_mover_boost_bp=5_000)

    assert offered(ask(shop.publish(tmp_path))) == [("cup",), ("tray",)]


def test_slow_mover__with_a_pinned_partner__stays_behind_it(tmp_path: Path) -> None:
    shop = tea_room()
    shop.pins = {("bancha", "cup")}
    shop.goods[shop.row("pot")].slowness = 1.0
    shop.offer("beside", "bought_together", max_proposals=2, slow_mover_boost_bp=5_000)

    assert offered(ask(shop.publish(tmp_path), product="bancha")) == [("cup",), ("pot",)]


def test_trace__category_the_customer_never_bought_from__is_marked(tmp_path: Path) -> None:
    shop = tea_room()
    shop.offer("picked", curated=["cup", "sencha"], max_proposals=2)

    customer = used_to_paying((TEA_LEAVES, 800))
    decision = ask(shop.publish(tmp_path), customer=customer, explain=True, at=NOON)

    (trace,) = decision.trace or ()
    first = {one.sku: one.detail.get("first_in_category") for one in trace.candidates}
    assert first == {"cup": 1, "sencha": None}
