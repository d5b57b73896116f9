"""The board of a placement: its order, reserved slots, fill-ins, and what follows a decline."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.decision import decide
from engine.decision.types import Decision, DecisionRequest, KnownCustomer
from engine.snapshot.data import PlacementData, ReservedData
from tests.engine.decision.test_properties import many, published, requests, shops
from tests.engine.refusals import refusing
from tests.engine.shop import Shop, ask, offered

OFFERS = {"tea": 1, "cake": 2, "jam": 3}  # their primary keys


def buffet(**columns: Any) -> Shop:
    """Propose tea, cake and jam in a placement with these columns; tea has the highest priority."""
    shop = Shop(placements=[PlacementData("cart", **{"slot_count": 3, **columns})])
    shop.sell("tea", "cake", "jam", "milk", "cream")
    for place, sku in enumerate(OFFERS):
        shop.offer(sku, curated=[sku], priority=-place)
    return shop


def by_offer(decision: Decision) -> list[tuple[int, str]]:
    return [(proposal.position, proposal.offer) for proposal in decision.proposals]


def test_order__of_the_board__beats_priority(tmp_path: Path) -> None:
    shop = buffet(order=(3, 1, 99))
    shop.offer("milk", curated=["milk"], priority=1000)

    assert by_offer(ask(shop.publish(tmp_path))) == [(1, "jam"), (2, "tea"), (3, "milk")]


def test_order__offers_of_one_priority__do_not_compete_by_value(tmp_path: Path) -> None:
    shop = Shop(placements=[PlacementData("cart", 1, order=(1, 2))])
    shop.sell("cheap", price=1)
    shop.sell("dear", price=9999)
    shop.offer("cheap", curated=["cheap"])
    shop.offer("dear", curated=["dear"])

    assert offered(ask(shop.publish(tmp_path))) == [("cheap",)]


@many
@given(shops(), requests, st.permutations(range(1, 7)))
def test_order__any_board_with_all_slots__only_changes_who_comes_first(
    shop: Shop, request: DecisionRequest, order: list[int]
) -> None:
    whole = PlacementData("cart", 24, order=tuple(order))
    shop.placements = [whole]
    place_of = {f"offer-{number - 1}": place for place, number in enumerate(order)}

    decision = decide(snapshot=published(shop), request=request)

    places = [place_of[proposal.offer] for proposal in decision.proposals]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("reserved", "shown"),
    [
        ((ReservedData(1, offer=3),), [(1, "jam"), (2, "tea"), (3, "cake")]),
        ((ReservedData(3, offer=1),), [(1, "cake"), (2, "jam"), (3, "tea")]),
        ((ReservedData(1, kind="upgrade"),), [(2, "tea"), (3, "cake")]),
        (
            (ReservedData(2, kind="cross_sell"), ReservedData(9, offer=3)),
            [(1, "cake"), (2, "tea"), (3, "jam")],
        ),
        ((ReservedData(2, offer=99),), [(1, "tea"), (3, "cake")]),
    ],
)
def test_reserved_slot__takes_only_what_it_is_for(
    tmp_path: Path, reserved: tuple[ReservedData, ...], shown: list[tuple[int, str]]
) -> None:
    decision = ask(buffet(reserved=reserved).publish(tmp_path), explain=True)

    assert by_offer(decision) == shown
    placed = [one for trace in decision.trace or () for one in trace.candidates if one.removed_by is None]
    assert len(placed) == len(shown)


def test_reserved_slot__offer_with_one_proposal__fills_no_second_slot(tmp_path: Path) -> None:
    shop = Shop(placements=[PlacementData("cart", 3, reserved=(ReservedData(1, offer=1),))])
    shop.sell("tea", "cake")
    shop.offer("both", curated=["tea", "cake"])

    assert by_offer(ask(shop.publish(tmp_path))) == [(1, "both")]


def test_reserved_slot__beyond_the_limit_of_the_request__is_left_out(tmp_path: Path) -> None:
    shop = buffet(reserved=(ReservedData(3, offer=1),))

    assert by_offer(ask(shop.publish(tmp_path), limit=2)) == [(1, "tea"), (2, "cake")]


@many
@given(shops(), requests, st.lists(st.sampled_from(["upgrade", "cross_sell", "bundle"]), max_size=4))
def test_reserved_slots__any_shop__hold_their_kind_and_nothing_twice(
    shop: Shop, request: DecisionRequest, kinds: list[str]
) -> None:
    reserved = tuple(ReservedData(slot, kind) for slot, kind in enumerate(kinds, 1))
    shop.placements = [PlacementData("cart", 5, reserved=reserved)]

    decision = decide(snapshot=published(shop), request=request)

    positions = [proposal.position for proposal in decision.proposals]
    assert positions == sorted(set(positions))
    assert all(1 <= position <= 5 for position in positions)
    for proposal in decision.proposals:
        assert proposal.position > len(kinds) or proposal.kind == kinds[proposal.position - 1]
    most = {offer.code: offer.max_proposals for offer in shop.offers}
    for code, count in most.items():
        assert sum(proposal.offer == code for proposal in decision.proposals) <= count


@pytest.mark.parametrize(
    ("fill_ins", "shown"),
    [
        ("all", [("tea",), ("cake",), ("milk",)]),
        ("no_last_resort", [("tea",), ("cake",)]),
        ("none", [("tea",)]),
    ],
)
def test_fill_ins__as_chosen__fill_the_slots_that_are_left(
    tmp_path: Path, fill_ins: Any, shown: list[tuple[str, ...]]
) -> None:
    shop = Shop(placements=[PlacementData("cart", 9, fill_ins=fill_ins)], categories={"food": None})
    shop.sell("tea", "cake", "milk", "jam", category="food")
    shop.popular = {"food": [("cake", 5)], None: [("milk", 9)]}
    shop.offer("picked", curated=["tea"], priority=2)
    shop.offer("category", "category_popular", priority=1)
    shop.offer("popular", "popular")

    assert offered(ask(shop.publish(tmp_path), "jam")) == shown


def declined(*offers: str, products: tuple[str, ...] = ()) -> KnownCustomer:
    return KnownCustomer(ledger=refusing(offers=offers, products=products))


@pytest.mark.parametrize(
    ("columns", "refused", "shown"),
    [
        ({}, ["tea"], ["cake", "jam"]),
        ({"after_decline": "silence"}, [], ["tea", "cake", "jam"]),
        ({"after_decline": "silence"}, ["tea"], []),
        ({"after_decline": "silence"}, ["elsewhere"], ["tea", "cake", "jam"]),
        ({"after_decline": "offer", "downsell": 3}, [], ["tea", "cake"]),
        ({"after_decline": "offer", "downsell": 3}, ["tea"], ["jam", "cake"]),
        ({"after_decline": "offer", "downsell": 3}, ["tea", "jam"], ["cake"]),
        ({"after_decline": "offer", "downsell": 3}, ["jam"], ["tea", "cake"]),
        ({"after_decline": "offer", "downsell": 3, "order": (2, 1, 3)}, ["tea"], ["jam", "cake"]),
        ({"after_decline": "offer", "downsell": 99}, ["tea"], ["cake", "jam"]),
    ],
)
def test_after_decline__as_chosen__follows_the_refused_offer(
    tmp_path: Path, columns: dict[str, Any], refused: list[str], shown: list[str]
) -> None:
    decision = ask(buffet(**columns).publish(tmp_path), customer=declined(*refused), explain=True)

    assert [proposal.offer for proposal in decision.proposals] == shown


@pytest.mark.parametrize(
    ("products", "shown"),
    [(["gold"], [("silver",)]), (["silver"], [("bronze",)]), (["gold", "silver"], []), (["bronze"], [])],
)
def test_after_decline__of_a_step__is_the_next_lower_one_once(
    tmp_path: Path, products: list[str], shown: list[tuple[str, ...]]
) -> None:
    shop = Shop(placements=[PlacementData("cart", 4, after_decline="lower_step")])
    for price, sku in enumerate(["plain", "bronze", "silver", "gold"], 1):
        shop.sell(sku, price=price * 100)
    shop.ladders = [[(sku, sku, "", "") for sku in ("plain", "bronze", "silver", "gold")]]
    shop.offer("up", "curated", "ladder", kind="upgrade", curated=["gold"])
    customer = declined("up", products=tuple(products))

    decision = ask(shop.publish(tmp_path), product="plain", customer=customer)

    assert offered(decision) == shown
