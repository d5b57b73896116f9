"""What the shopper looked at ranks higher, within bounds, and can be offered again."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.behaviour import Act, Behaviour, What
from engine.decision.interest import FORGOTTEN_SECONDS, MOST_INTEREST
from engine.decision.types import Decision, KnownCustomer
from engine.learned.generations import PURCHASE
from engine.restraint import Consent
from engine.snapshot.reader import Snapshot
from tests.engine.shop import NOON, Shop, ask, offered


def tea_room() -> Shop:
    shop = Shop(categories={"drinks": None, "teas": "drinks", "food": None})
    shop.sell("tea", category="teas", price=500)
    shop.sell("matcha", category="teas", price=900)
    shop.sell("scone", "jam", "honey", "pot", category="food")
    shop.together("tea", ("scone", 0.5, 0.2), ("jam", 0.4, 0.2), ("honey", 0.1, 0.2))
    return shop


def best_of(tmp_path: Path, shop: Shop, *strategies: str, **columns: Any) -> Snapshot:
    shop.offer("only", *(strategies or ("bought_together",)), **({"max_proposals": 3} | columns))
    return shop.publish(tmp_path)


def viewed(shop: Shop, sku: str, ago: int = 0, count: int = 1, what: What = What.VIEWED_PRODUCT) -> Act:
    return Act(int(what), shop.pk(sku), NOON - ago, count)


def looked_at(*acts: Act, **facts: Any) -> KnownCustomer:
    return KnownCustomer(behaviour=Behaviour(acts).pack(), **facts)


def interests_in(decision: Decision) -> dict[str, Any]:
    (trace,) = decision.trace or ()
    return {one.sku: one.detail.get("interest") for one in trace.candidates}


def test_viewed__close_behind__comes_first_and_says_so(tmp_path: Path) -> None:
    snapshot = best_of(tmp_path, shop := tea_room())
    customer = looked_at(viewed(shop, "jam", count=3))

    decision = ask(snapshot, "tea", customer=customer, explain=True)

    assert offered(ask(snapshot, "tea")) == [("scone",), ("jam",), ("honey",)]
    assert offered(decision) == [("jam",), ("scone",), ("honey",)]
    assert interests_in(decision) == {"jam": 0.4375, "scone": None, "honey": None}
    assert [one.reason.evidence.get("views") for one in decision.proposals] == [3, None, None]
    assert decision.proposals[0].reason.code == "bought_together"


def test_viewed__very_often__passes_only_what_is_within_the_bound(tmp_path: Path) -> None:
    snapshot = best_of(tmp_path, shop := tea_room())
    customer = looked_at(viewed(shop, "honey", count=65_535), viewed(shop, "honey", what=What.ADDED_PRODUCT))

    decision = ask(snapshot, "tea", customer=customer, explain=True)

    assert offered(decision) == [("scone",), ("jam",), ("honey",)]
    assert interests_in(decision)["honey"] == MOST_INTEREST


@pytest.mark.parametrize("given", ["customer", "visitor", "request"])
def test_viewed__whoever_knows_it__counts_the_same(tmp_path: Path, given: str) -> None:
    snapshot = best_of(tmp_path, shop := tea_room())
    asked: dict[str, dict[str, Any]] = {
        "customer": {"customer": looked_at(viewed(shop, "jam"))},
        "visitor": {"visitor_behaviour": looked_at(viewed(shop, "jam")).behaviour},
        "request": {"viewed": ("jam",)},
    }

    assert offered(ask(snapshot, "tea", **asked[given]))[0] == ("jam",)


def test_viewed__unknown_sku__is_a_note(tmp_path: Path) -> None:
    decision = ask(best_of(tmp_path, tea_room()), "tea", viewed=("jam", "nothing"))

    assert [(note.code, note.pointer) for note in decision.notes] == [("unknown_sku", "/viewed/1")]


@pytest.mark.parametrize("ago", [FORGOTTEN_SECONDS + 1, 2 * 86_400])
def test_viewed__long_ago__changes_no_order(tmp_path: Path, ago: int) -> None:
    snapshot = best_of(tmp_path, shop := tea_room())

    assert offered(ask(snapshot, "tea", customer=looked_at(viewed(shop, "jam", ago))))[0] == ("scone",)


def test_viewed__not_personalised__is_not_used(tmp_path: Path) -> None:
    snapshot = best_of(tmp_path, shop := tea_room())
    asked = {"customer": looked_at(viewed(shop, "jam", count=9)), "consent": Consent(is_personalised=False)}

    assert offered(ask(snapshot, "tea", **asked))[0] == ("scone",)


def test_viewed__category__lifts_the_products_below_it(tmp_path: Path) -> None:
    snapshot = best_of(tmp_path, tea_room())
    food = Act(int(What.VIEWED_CATEGORY), 3, NOON)
    drinks = Act(int(What.VIEWED_CATEGORY), 1, NOON)

    interests = interests_in(ask(snapshot, "tea", customer=looked_at(food, drinks), explain=True))

    assert interests == {"scone": 0.1, "jam": 0.1, "honey": 0.1}


def test_viewed__hand_picked_and_pinned__keep_the_order_of_staff(tmp_path: Path) -> None:
    shop = tea_room()
    shop.pins = {("tea", "scone"), ("tea", "jam")}
    snapshot = best_of(
        tmp_path, shop, "curated", "bought_together", curated=["pot", "honey"], max_proposals=4
    )
    customer = looked_at(*(viewed(shop, sku, count=9) for sku in ("honey", "jam")))

    assert offered(ask(snapshot, "tea", customer=customer)) == [("pot",), ("honey",), ("scone",), ("jam",)]


def test_viewed__two_offers_of_one_priority__the_viewed_one_wins_a_close_race(tmp_path: Path) -> None:
    shop = tea_room()
    shop.offer("a", curated=["scone"])
    shop.offer("b", curated=["jam"])
    snapshot = shop.publish(tmp_path)

    assert offered(ask(snapshot)) == [("scone",), ("jam",)]
    assert offered(ask(snapshot, viewed=("jam",))) == [("jam",), ("scone",)]


def test_viewed_not_bought__proposes_what_was_looked_at_most(tmp_path: Path) -> None:
    snapshot = best_of(tmp_path, shop := tea_room(), "viewed_not_bought")
    acts = [
        viewed(shop, "scone", ago=3600),
        viewed(shop, "pot", count=4),
        viewed(shop, "honey", what=What.ADDED_PRODUCT),
        viewed(shop, "tea"),
        Act(int(What.VIEWED_PRODUCT), 999, NOON),
        Act(int(What.SEARCHED), "jam", NOON),
    ]

    decision = ask(snapshot, "tea", customer=looked_at(*acts))

    assert offered(decision) == [("pot",), ("honey",), ("scone",)]
    assert {proposal.strategy for proposal in decision.proposals} == {"viewed_not_bought"}
    assert decision.proposals[0].reason.code == "viewed_not_bought"
    assert decision.proposals[0].reason.evidence == {"views": 4}


def test_viewed_not_bought__bought_since__is_not_proposed(tmp_path: Path) -> None:
    snapshot = best_of(tmp_path, shop := tea_room(), "viewed_not_bought")
    bought = np.zeros(2, PURCHASE)
    bought["product"] = [shop.pk("jam"), shop.pk("pot")]
    bought["last_day"] = [NOON // 86_400, NOON // 86_400 - 1]
    customer = looked_at(viewed(shop, "jam"), viewed(shop, "pot"), purchases=bought.tobytes())

    assert offered(ask(snapshot, "tea", customer=customer)) == [("pot",)]


def test_viewed_not_bought__nothing_looked_at__proposes_nothing(tmp_path: Path) -> None:
    snapshot = best_of(tmp_path, tea_room(), "viewed_not_bought")

    assert offered(ask(snapshot, "tea")) == []
    assert offered(ask(snapshot, "tea", customer=KnownCustomer())) == []


def test_viewed_not_bought__of_an_upgrade__replaces_what_is_of_its_category(tmp_path: Path) -> None:
    snapshot = best_of(tmp_path, shop := tea_room(), "viewed_not_bought", kind="upgrade")
    customer = looked_at(viewed(shop, "pot", count=9), viewed(shop, "matcha"))

    (proposal,) = ask(snapshot, "tea", customer=customer).proposals

    assert (proposal.products[0].sku, proposal.replaces) == ("matcha", "tea")
