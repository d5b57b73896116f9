"""Prices, ranking, filling, diversity, the bounded pool and the explanation."""

from pathlib import Path
from typing import Any

import pytest

from engine.decision.fill import ASKED, LEAST_POOL
from engine.decision.types import CartItem
from engine.snapshot.data import PlacementData
from tests.engine.shop import Shop, ask, offered


def cellar() -> Shop:
    shop = Shop()
    shop.sell("cheese", price=800)
    shop.sell("cracker", price=200)
    shop.sell("olive", price=300)
    shop.sell("wine", price=3000)
    return shop


def test_ranking__higher_priority__comes_first_however_cheap(tmp_path: Path) -> None:
    shop = cellar()
    shop.offer("dear", curated=["wine"], priority=1)
    shop.offer("cheap", curated=["cracker"], priority=2)

    assert offered(ask(shop.publish(tmp_path))) == [("cracker",), ("wine",)]


def test_ranking__equal_priority__more_expected_value_first(tmp_path: Path) -> None:
    shop = cellar()
    shop.together("cheese", ("wine", 0.9, 0.01), ("cracker", 0.8, 0.5))
    shop.offer("popular", "bought_together", max_proposals=1, trigger_products=["cheese"])
    shop.offer("picked", curated=["olive"])

    # The partner's best candidate is wine: 0.01 × 3,000 = 30. The pick: 0.08 × 300 = 24.
    assert offered(ask(shop.publish(tmp_path), "cheese")) == [("wine",), ("olive",)]


def test_ranking__equal_value__older_offer_first(tmp_path: Path) -> None:
    shop = cellar()
    shop.sell("grape", price=300)
    shop.offer("older", curated=["grape"])
    shop.offer("younger", curated=["olive"])

    assert offered(ask(shop.publish(tmp_path))) == [("grape",), ("olive",)]


def test_ranking__upgrade__is_worth_its_step_not_its_price(tmp_path: Path) -> None:
    shop = cellar()
    shop.sell("aged cheese", price=1100)
    shop.ladders = [[("cheese", "a", "", ""), ("aged cheese", "b", "", "")]]
    shop.offer("up", "ladder", kind="upgrade")
    shop.offer("picked", curated=["olive"])

    # 0.05 × (1,100 − 800) = 15 is less than 0.08 × 300 = 24.
    assert offered(ask(shop.publish(tmp_path), "cheese")) == [("olive",), ("aged cheese",)]


def test_filling__two_offers_want_one_product__second_takes_its_next(tmp_path: Path) -> None:
    shop = cellar()
    shop.offer("first", curated=["wine"])
    shop.offer("second", curated=["wine", "olive"])

    decision = ask(shop.publish(tmp_path))

    first, second = decision.proposals
    assert (first.offer, first.products[0].sku) == ("first", "wine")
    assert (second.offer, second.products[0].sku) == ("second", "olive")


def test_filling__bundle_and_single__name_no_product_twice(tmp_path: Path) -> None:
    shop = cellar()
    shop.bundles = [("board", {"cheese": 1, "cracker": 1}, {}), ("picnic", {"cheese": 1, "wine": 1}, {})]
    shop.offer("sets", "bundle", kind="bundle", max_proposals=2, priority=1)
    shop.offer("single", curated=["cracker", "olive"], max_proposals=2)

    assert offered(ask(shop.publish(tmp_path), product="cheese")) == [("cheese", "cracker"), ("olive",)]


def test_filling__two_offers_with_one_ladder__only_the_first_is_shown(tmp_path: Path) -> None:
    shop = cellar()
    shop.ladders = [[("cracker", "a", "", ""), ("olive", "b", "", ""), ("cheese", "c", "", "")]]
    shop.offer("first", "ladder", kind="upgrade")
    shop.offer("second", "ladder", kind="upgrade")

    decision = ask(shop.publish(tmp_path), "cracker", explain=True)

    assert offered(decision) == [("olive",)]
    assert [one.removed_by for one in (decision.trace or ())[1].candidates] == [
        "already_proposed",
        "ladder_already_shown",
    ]


def test_filling__fewer_slots_than_offers__fills_only_those(tmp_path: Path) -> None:
    shop = cellar()
    shop.placements = [PlacementData("cart", 2)]
    shop.offer("all", curated=["wine", "olive", "cheese"], max_proposals=24)

    decision = ask(shop.publish(tmp_path))

    assert [proposal.position for proposal in decision.proposals] == [1, 2]


def test_price__benefit__is_taken_off_the_list_price(tmp_path: Path) -> None:
    shop = cellar()
    shop.offer("off", curated=["wine"], benefit_kind="percent", benefit_value=1500)

    (proposal,) = ask(shop.publish(tmp_path)).proposals

    assert (proposal.list_minor, proposal.offer_minor, proposal.saving_minor) == (3000, 2550, 450)
    assert proposal.products[0].offer_minor == 2550


@pytest.mark.parametrize(
    ("columns", "list_minor", "offer_minor"),
    [
        ({}, 3 * 1990, 3 * 1990),
        # 298.5 off one unit is 299, so three save 897; off 5,970 together they would save 896.
        ({"benefit_kind": "percent", "benefit_value": 1500}, 5970, 3 * 1691),
        ({"benefit_kind": "amount", "benefit_value": 90}, 5970, 3 * 1900),
        ({"benefit_kind": "fixed", "benefit_value": 1500}, 5970, 3 * 1500),
    ],
)
@pytest.mark.parametrize("strategy", ["ladder", "related", "curated"])
def test_price__upgrade_of_a_cart_line__is_for_all_its_units(
    tmp_path: Path, strategy: str, columns: dict[str, Any], list_minor: int, offer_minor: int
) -> None:
    shop = Shop()
    shop.sell("plain", price=1000)
    shop.sell("fine", price=1990)
    shop.ladders = [[("plain", "a", "", ""), ("fine", "b", "", "")]]
    shop.relations = [("plain", "fine", "substitute")]
    shop.offer("up", strategy, kind="upgrade", curated=["fine"], **columns)

    decision = ask(shop.publish(tmp_path), cart=(CartItem("plain", 3),), explain=True)

    (proposal,), (trace,) = decision.proposals, decision.trace or ()
    (product,) = proposal.products
    assert (proposal.replaces, product.quantity, product.price_minor) == ("plain", 3, 1990)
    assert (proposal.list_minor, proposal.offer_minor, product.offer_minor) == (
        list_minor,
        offer_minor,
        offer_minor,
    )
    assert trace.candidates[0].detail["added_minor"] == offer_minor - 3000


@pytest.mark.parametrize(("cart", "quantity"), [((), 1), ((CartItem("plain", 3),), 3)])
def test_price__upgrade_on_a_product_page__is_for_the_units_in_the_cart(
    tmp_path: Path, cart: tuple[CartItem, ...], quantity: int
) -> None:
    shop = Shop()
    shop.sell("plain", price=1000)
    shop.sell("fine", price=1990)
    shop.relations = [("plain", "fine", "substitute")]
    shop.offer("up", "related", kind="upgrade")

    (proposal,) = ask(shop.publish(tmp_path), product="plain", cart=cart).proposals

    assert (proposal.products[0].quantity, proposal.offer_minor) == (quantity, quantity * 1990)


def test_price__bundle__is_shared_among_its_parts(tmp_path: Path) -> None:
    shop = cellar()
    rule = {"benefit_kind": "fixed", "benefit_value": 1000}
    shop.bundles = [("board", {"cheese": 1, "cracker": 2}, rule)]
    shop.offer("sets", "bundle", kind="bundle")

    (proposal,) = ask(shop.publish(tmp_path), product="cheese").proposals

    # 1,200 for 1,000: 200 off, split 133.3 and 66.7.
    assert (proposal.list_minor, proposal.offer_minor) == (1200, 1000)
    assert [(part.quantity, part.offer_minor) for part in proposal.products] == [(1, 667), (2, 333)]


@pytest.mark.parametrize(
    ("locale", "english", "japanese", "headline"),
    [
        ("en", "Try", "どうぞ", "Try"),
        ("ja", "Try", "どうぞ", "どうぞ"),
        ("ja-JP", "Try", "", "Try"),
        ("en", "", "どうぞ", "どうぞ"),
        ("fr", "Try", "どうぞ", "Try"),
    ],
)
def test_texts__language_without_a_text__falls_back_to_the_other(
    tmp_path: Path, locale: str, english: str, japanese: str, headline: str
) -> None:
    shop = cellar()
    shop.offer("only", curated=["wine"], headline_en=english, headline_ja=japanese)

    assert ask(shop.publish(tmp_path), locale=locale).proposals[0].headline == headline


def test_pool__ten_thousand_offers_match__few_are_asked(tmp_path: Path) -> None:
    shop = cellar()
    for number in range(10_000):
        shop.offer(f"offer-{number}", curated=["wine"])

    decision = ask(shop.publish(tmp_path), explain=True)

    asked = [trace for trace in decision.trace or () if trace.failed != "not_asked"]
    assert (len(asked), offered(decision)) == (ASKED, [("wine",)])


def test_pool__offers_without_candidates__do_not_hide_those_behind_them(tmp_path: Path) -> None:
    shop = cellar()
    shop.sell("gone", stock=0)
    for number in range(ASKED - 1):
        shop.offer(f"empty-{number}", curated=["gone"])
    shop.offer("full", curated=["wine"])

    assert offered(ask(shop.publish(tmp_path))) == [("wine",)]


@pytest.mark.parametrize("last_resort_count", [1, 1000])
def test_pool__too_many_offers_without_candidates__do_not_starve_the_last_resort(
    tmp_path: Path, last_resort_count: int
) -> None:
    shop = cellar()
    shop.sell("gone", stock=0)
    shop.popular[None] = [("wine", 9), ("olive", 8)]
    for number in range(2 * ASKED):
        shop.offer(f"empty-{number}", curated=["gone"], priority=2)
    for number in range(last_resort_count):
        shop.offer(f"best-{number}", "bought_together", "popular", max_proposals=1)

    decision = ask(shop.publish(tmp_path), explain=True)

    asked = [trace for trace in decision.trace or () if trace.failed != "not_asked"]
    slots = shop.placements[0].slot_count
    assert len(asked) == ASKED + min(last_resort_count, slots)
    assert offered(decision) == [("wine",), ("olive",)][:last_resort_count]


def test_pool__last_resort_of_an_offer_that_does_not_apply__stays_unasked(tmp_path: Path) -> None:
    shop = cellar()
    shop.sell("gone", stock=0)
    shop.popular[None] = [("wine", 9)]
    for number in range(ASKED):
        shop.offer(f"empty-{number}", curated=["gone"], priority=2)
    shop.offer("asleep", "popular", is_active=False)

    assert ask(shop.publish(tmp_path)).proposals == ()


@pytest.mark.parametrize("priority", [1, 2])
def test_pool__first_pool_agrees_on_one_product__next_offers_get_the_slots_left(
    tmp_path: Path, priority: int
) -> None:
    shop = cellar()
    for number in range(LEAST_POOL + 5):
        shop.offer(f"same-{number}", curated=["wine"], priority=2)
    shop.offer("other", curated=["olive"], priority=priority)

    assert offered(ask(shop.publish(tmp_path))) == [("wine",), ("olive",)]


def test_explain__every_offer_of_the_placement__has_an_outcome(tmp_path: Path) -> None:
    shop = cellar()
    shop.sell("gone", stock=0)
    shop.offer("served", curated=["gone", "wine", "olive"])
    shop.offer("for-cheese", curated=["olive"], trigger_products=["cheese"])
    shop.offer("asleep", curated=["olive"], is_active=False)

    served, for_cheese, asleep = ask(shop.publish(tmp_path), explain=True).trace or ()

    assert (served.failed, for_cheese.failed, asleep.failed) == (None, "trigger", "active")
    assert for_cheese.matched == (
        "active",
        "code",
        "schedule",
        "arm",
        "moment",
        "audience",
        "shopper",
        "page",
        "acceptance",
        "limits",
        "excluded_offer",
        "currency",
    )
    assert [(one.sku, one.removed_by) for one in served.candidates] == [
        ("gone", "out_of_stock"),
        ("wine", None),
        ("olive", "offer_has_enough"),
    ]
    assert served.candidates[1].detail == {
        "relevance": 0.04,
        "added_minor": 3000,
        "margin_minor": 3000,
        "ranked_by": "margin",
        "value": 120.0,
    }


def test_explain__asked_for_or_not__decides_the_same(tmp_path: Path) -> None:
    shop = cellar()
    shop.placements = [PlacementData("cart", 1)]
    shop.offer("first", curated=["wine", "cheese"], max_proposals=3)
    shop.offer("second", curated=["olive"], max_proposals=3)
    snapshot = shop.publish(tmp_path)

    explained, plain = ask(snapshot, explain=True), ask(snapshot)

    assert (plain.trace, plain.proposals) == (None, explained.proposals)
    reasons = [one.removed_by for trace in explained.trace or () for one in trace.candidates]
    assert reasons == [None, "no_slot_left", "no_slot_left"]
