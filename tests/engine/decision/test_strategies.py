"""Each strategy proposes what it says, in its order; every one keeps the same rules."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.decision.types import CartItem, Decision, KnownCustomer
from engine.learned.generations import PURCHASE
from engine.snapshot.data import PlacementData
from engine.snapshot.reader import Snapshot
from tests.engine.known import due
from tests.engine.shop import Shop, ask, offered

# What each strategy proposes to a cart with tea, when it alone is asked for three proposals.
PROPOSED: dict[str, list[tuple[str, ...]]] = {
    "curated": [("jam",), ("scone",), ("honey",)],
    "related": [("pot",), ("filter",), ("sugar",)],
    "bought_together": [("scone",), ("jam",), ("honey",)],
    "also_bought_by_customer": [("jam",), ("pot",), ("sugar",)],
    "replenishment": [("sugar",), ("jam",), ("filter",)],
    "category_popular": [("honey",), ("sugar",), ("scone",)],
    "popular": [("scone",), ("pot",), ("jam",)],
    "ladder": [("matcha",), ("gyokuro",)],
    "bundle": [("tea", "scone", "jam")],
}
KIND = {"ladder": "upgrade", "bundle": "bundle"}
REASON = {"replenishment": "due_for_repurchase"}


def tea_room() -> Shop:
    shop = Shop(categories={"drinks": None, "tea leaves": "drinks", "food": None})
    shop.sell("tea", category="tea leaves", price=500)
    shop.sell("matcha", category="tea leaves", price=900)
    shop.sell("gyokuro", category="tea leaves", price=1500)
    shop.sell("honey", "sugar", category="drinks")
    shop.sell("scone", "jam", "pot", "filter", category="food")
    shop.together("tea", ("scone", 0.9, 0.3), ("jam", 0.5, 0.2), ("honey", 0.4, 0.1))
    shop.popular["tea leaves"] = [("tea", 90), ("honey", 40)]
    shop.popular["drinks"] = [("tea", 90), ("sugar", 50), ("honey", 40), ("scone", 1)]
    shop.popular[None] = [("tea", 90), ("scone", 80), ("pot", 70), ("jam", 60)]
    shop.relations = [
        ("tea", "pot", "accessory"),
        ("tea", "matcha", "substitute"),
        ("tea", "filter", "consumable"),
        ("tea", "sugar", "complement"),
    ]
    shop.ladders = [
        [
            ("tea", "梅", "", ""),
            ("matcha", "竹", "Shade-grown", "覆い香"),
            ("gyokuro", "松", "Spring", ""),
        ]
    ]
    shop.bundles = [("tea-time", {"tea": 1, "scone": 2, "jam": 1}, {})]
    return shop


def regular() -> KnownCustomer:
    """A customer who bought jam nine times, the pot twice, sugar once, and something now deleted.

    They need sugar, jam and filters again, the pot much later.
    """
    bought = np.zeros(4, PURCHASE)
    bought["product"] = [70, 999, 80, 50]
    bought["orders"] = [9, 5, 2, 1]
    needed = [("sugar", 0, 30, 0.9), ("pot", 30, 60, 0.8), ("jam", -1, 9, 0.7), ("filter", 0, 30, 0.6)]
    return KnownCustomer(purchases=bought.tobytes(), due=due(tea_room(), *needed).due)


@pytest.fixture
def serve(tmp_path: Path) -> Callable[[Shop], Snapshot]:
    return lambda shop: shop.publish(tmp_path)


def ask_for(serve: Callable[[Shop], Snapshot], strategy: str, **changes: Any) -> Decision:
    """Ask a tea room whose only offer has this one strategy, with tea in the cart."""
    shop = tea_room()
    columns: dict[str, Any] = {"kind": KIND.get(strategy, "cross_sell"), "max_proposals": 3}
    shop.offer("only", strategy, **({"curated": ["jam", "scone", "honey"]} | columns | changes))
    return ask(serve(shop), "tea", customer=regular(), explain=True)


@pytest.mark.parametrize("strategy", PROPOSED)
def test_strategy__tea_in_the_cart__proposes_in_its_order(
    serve: Callable[[Shop], Snapshot], strategy: str
) -> None:
    decision = ask_for(serve, strategy)

    assert offered(decision) == PROPOSED[strategy]
    assert {proposal.strategy for proposal in decision.proposals} == {strategy}
    assert {proposal.reason.code for proposal in decision.proposals} == {REASON.get(strategy, strategy)}


@pytest.mark.parametrize("strategy", PROPOSED)
def test_strategy__one_proposal_allowed__proposes_the_best(
    serve: Callable[[Shop], Snapshot], strategy: str
) -> None:
    decision = ask_for(serve, strategy, max_proposals=1)

    assert offered(decision) == PROPOSED[strategy][:1]


@pytest.mark.parametrize("strategy", PROPOSED)
def test_strategy__no_context__proposes_only_what_needs_none(
    serve: Callable[[Shop], Snapshot], strategy: str
) -> None:
    shop = tea_room()
    shop.offer("only", strategy, kind=KIND.get(strategy, "cross_sell"), curated=["jam"])

    decision = ask(serve(shop))

    assert bool(decision.proposals) == (strategy in {"curated", "popular"})


@pytest.mark.parametrize("kind", ["upgrade", "cross_sell", "bundle"])
@pytest.mark.parametrize("strategy", PROPOSED)
def test_strategy__kind_of_offer_it_does_not_serve__proposes_nothing_else(
    serve: Callable[[Shop], Snapshot], strategy: str, kind: str
) -> None:
    decision = ask_for(serve, strategy, kind=kind)

    for proposal in decision.proposals:
        assert proposal.kind == kind
        assert (proposal.replaces is not None) == (kind == "upgrade")
        assert (len(proposal.products) > 1) == (kind == "bundle")


def test_strategies__first_yields_too_few__next_fills_up(serve: Callable[[Shop], Snapshot]) -> None:
    shop = tea_room()
    shop.offer("mixed", "curated", "bought_together", "popular", curated=["filter"], max_proposals=4)

    decision = ask(serve(shop), "tea")

    assert offered(decision) == [("filter",), ("scone",), ("jam",), ("honey",)]


def test_bought_together__several_lines__sums_their_scores(serve: Callable[[Shop], Snapshot]) -> None:
    shop = tea_room()
    shop.together("pot", ("sugar", 0.6, 0.1), ("jam", 0.5, 0.4))
    shop.offer("only", "bought_together", max_proposals=4)

    decision = ask(serve(shop), "tea", "pot")

    assert offered(decision) == [("jam",), ("scone",), ("sugar",), ("honey",)]  # 1.0, 0.9, 0.6, 0.4


def test_bought_together__pinned_partner__comes_first_and_is_marked(
    serve: Callable[[Shop], Snapshot],
) -> None:
    shop = tea_room()
    shop.together("tea", ("filter", 0, 0), ("scone", 0.9, 0.3))
    shop.pins = {("tea", "filter")}
    shop.offer("only", "bought_together", max_proposals=2)

    decision = ask(serve(shop), "tea")

    assert offered(decision) == [("filter",), ("scone",)]
    assert [proposal.reason.evidence.get("pinned") for proposal in decision.proposals] == [1, None]


def test_bought_together__evidence__is_the_strongest_links(serve: Callable[[Shop], Snapshot]) -> None:
    shop = tea_room()
    shop.together("pot", ("scone", 0.1, 0.7))
    shop.offer("only", "bought_together")

    evidence = ask(serve(shop), "pot", "tea").proposals[0].reason.evidence

    assert (evidence["with"], evidence["confidence"], evidence["orders"]) == ("tea", 0.3, 1)


def test_page_product__cart_with_other_products__proposals_match_the_page(
    serve: Callable[[Shop], Snapshot],
) -> None:
    shop = tea_room()
    shop.together("pot", ("sugar", 5, 0.1))
    shop.offer("only", "bought_together")

    assert offered(ask(serve(shop), "pot", product="tea")) == [("scone",)]


@pytest.mark.parametrize(
    ("locale", "gains"), [("en", ("Shade-grown", "Spring")), ("ja-JP", ("覆い香", "Spring"))]
)
def test_ladder__two_steps_up__lists_the_gain_of_each_step(
    serve: Callable[[Shop], Snapshot], locale: str, gains: tuple[str, ...]
) -> None:
    shop = tea_room()
    shop.offer("only", "ladder", kind="upgrade", max_proposals=2)

    taller, tallest = ask(serve(shop), "tea", locale=locale).proposals

    assert (taller.replaces, taller.gains) == ("tea", gains[:1])
    assert (tallest.replaces, tallest.gains) == ("tea", gains)
    assert (tallest.list_minor, tallest.reason.evidence) == (1500, {"from": "梅", "to": "松"})


def test_substitute__upgrade_by_relation__replaces_the_substituted_product(
    serve: Callable[[Shop], Snapshot],
) -> None:
    decision = ask_for(serve, "related", kind="upgrade")

    assert [(proposal.replaces, offered(decision)) for proposal in decision.proposals] == [
        ("tea", [("matcha",)])
    ]


BREAKFAST: list[tuple[str, ...]] = [("honey", "jam")]
CASES_OF_NAMED_BUNDLES: dict[str, tuple[dict[str, Any], dict[str, Any], list[tuple[str, ...]]]] = {
    "empty cart": ({}, {}, []),
    "a part in the cart": ({}, {"cart": (CartItem("jam", 1),)}, BREAKFAST),
    "a part on the page": ({}, {"product": "honey"}, BREAKFAST),
    "a part in the cart, another product on the page": (
        {},
        {"product": "tea", "cart": (CartItem("jam", 1),)},
        BREAKFAST,
    ),
    "another product": ({}, {"product": "tea"}, []),
    "the trigger": ({"trigger_products": ["tea"]}, {"product": "tea"}, BREAKFAST),
    "a part, but not the trigger": ({"trigger_products": ["tea"]}, {"product": "jam"}, []),
}


@pytest.mark.parametrize("case", CASES_OF_NAMED_BUNDLES)
def test_bundle_offer__names_its_bundles__shows_them_where_a_part_or_the_trigger_is(
    serve: Callable[[Shop], Snapshot], case: str
) -> None:
    columns, request, expected = CASES_OF_NAMED_BUNDLES[case]
    shop = tea_room()
    shop.bundles.append(("breakfast", {"honey": 1, "jam": 1}, {}))
    shop.placements = [PlacementData("cart", 4)]
    shop.offer("only", "bundle", kind="bundle", bundles=["breakfast"], **columns)

    assert offered(ask(serve(shop), **request)) == expected


def test_bundle_offer__names_none__shows_bundles_with_a_part_in_the_cart_on_any_page(
    serve: Callable[[Shop], Snapshot],
) -> None:
    shop = tea_room()
    shop.bundles = [("breakfast", {"honey": 1, "jam": 1}, {})]
    shop.placements = [PlacementData("cart", 4)]
    shop.offer("only", "bundle", kind="bundle")
    snapshot = serve(shop)

    assert offered(ask(snapshot, "jam", product="tea")) == BREAKFAST
    assert offered(ask(snapshot, product="tea")) == offered(ask(snapshot)) == []
