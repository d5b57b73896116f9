"""Several placements of one page are decided together: nothing is shown twice, earlier ones choose first."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from engine.decision import decide, decide_page
from engine.decision.kinds.threshold import NextReward
from engine.decision.types import CartItem, DecisionRequest, PageDecision
from engine.pricing import EVERYTHING, Benefit, Gift, Tier, Tiers
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.snapshot.data import PlacementData
from engine.snapshot.reader import Snapshot
from tests.engine.decision.test_properties import many, published, requests, shops
from tests.engine.shop import NOON, Shop, offered

TENTH = Benefit("percent", 1000)
BOTH = ("page", "cart")


def parlour() -> Shop:
    """Sell tea and what goes with it in placements with one slot each, and in a switched-off one."""
    shop = Shop()
    shop.placements = [
        PlacementData("page", 1),
        PlacementData("cart", 1),
        PlacementData("wide", 4),
        PlacementData("basket", 4, is_about_cart=True),
        PlacementData("closed", 4, is_active=False),
    ]
    shop.sell("tea", price=1000)
    shop.sell("cup", price=600)
    shop.sell("pot", price=3000)
    shop.sell("jam", price=400)
    return shop


def ask_page(snapshot: Snapshot, *placements: str, **request: Any) -> PageDecision:
    asked = DecisionRequest(placement=placements[0], at=NOON, **request)
    return decide_page(snapshot=snapshot, request=asked, placements=placements)


def shown(page: PageDecision) -> list[list[tuple[str, ...]]]:
    return [offered(decision) for decision in page.placements]


def test_page__one_offer_for_two_placements__shows_each_product_once(tmp_path: Path) -> None:
    shop = parlour()
    shop.offer("goes-well", curated=["cup", "jam"])
    snapshot = shop.publish(tmp_path)

    page = ask_page(snapshot, "page", "cart", product="tea")
    turned = ask_page(snapshot, "cart", "page", product="tea")

    assert shown(page) == shown(turned) == [[("cup",)], [("jam",)]]
    assert [one.placement for one in turned.placements] == ["cart", "page"]
    assert [proposal.position for one in page.placements for proposal in one.proposals] == [1, 1]


def bundle_and_part(shop: Shop) -> None:
    shop.bundles = [("set", {"tea": 1, "cup": 1}, {})]
    shop.offer("sets", "bundle", kind="bundle", priority=1)
    shop.offer("cups", curated=["cup"])


def ladder_of_two(shop: Shop) -> None:
    shop.ladders = [[("tea", "a", "", ""), ("cup", "b", "", ""), ("pot", "c", "", "")]]
    shop.goods[1].price = 1200
    shop.offer("up", "ladder", kind="upgrade", max_proposals=2)


def two_gifts(shop: Shop) -> None:
    for code, at_least in (("from-2000", 2000), ("from-3000", 3000)):
        shop.priced(code, ThresholdTerms("spend", at_least, gift=Gift(shop.facts("cup"))))


def gift_and_product(shop: Shop) -> None:
    shop.priced("gift", ThresholdTerms("spend", 3000, gift=Gift(shop.facts("cup"))), priority=1)
    shop.offer("cups", curated=["cup"])


def product_and_gift(shop: Shop) -> None:
    shop.offer("cups", curated=["cup"], priority=1)
    shop.priced("gift", ThresholdTerms("spend", 3000, gift=Gift(shop.facts("cup"))))


def got_and_product(shop: Shop) -> None:
    got = shop.only("cup")
    shop.priced("get", BuyGetTerms(shop.only("tea"), 1, got, 1, TENTH), curated=["cup"], priority=1)
    shop.offer("cups", curated=["cup"])


def one_threshold(shop: Shop) -> None:
    shop.priced("reward", ThresholdTerms("spend", 3000, free_shipping=True))


def two_tiers(shop: Shop) -> None:
    shop.priced("more", QuantityTerms(EVERYTHING, Tiers((Tier(2, TENTH),))))
    shop.priced("even-more", QuantityTerms(EVERYTHING, Tiers((Tier(3, TENTH),))))


REPEATED = {
    make.__name__: make
    for make in (
        bundle_and_part,
        ladder_of_two,
        two_gifts,
        gift_and_product,
        product_and_gift,
        got_and_product,
        one_threshold,
        two_tiers,
    )
}


@pytest.mark.parametrize("placements", [BOTH, ("wide", "page"), ("wide", "cart")])
@pytest.mark.parametrize("case", REPEATED)
def test_page__the_same_thing_twice__is_shown_once(
    tmp_path: Path, case: str, placements: tuple[str, ...]
) -> None:
    shop = parlour()
    REPEATED[case](shop)

    page = ask_page(shop.publish(tmp_path), *placements, product="tea", cart=(CartItem("tea", 1),))

    first, second = shown(page)
    # An offer may show two steps of a ladder in one placement, but none in another.
    assert len(first) == (2 if case == "ladder_of_two" and placements[0] == "wide" else 1)
    assert second == []


@pytest.mark.parametrize("first", ["extras", "cups"])
def test_page__option_of_an_add_on__is_not_proposed_by_another_offer(tmp_path: Path, first: str) -> None:
    shop = parlour()
    terms = AddOnTerms(shop.only("tea", "pot"), frozenset([shop.pk("cup")]))
    shop.priced("extras", terms, curated=("cup",), priority=int(first == "extras"), placements=[2])
    shop.offer("cups", curated=["cup"], priority=int(first == "cups"), placements=[2])

    page = ask_page(shop.publish(tmp_path), "wide", cart=(CartItem("tea", 1), CartItem("pot", 1)))

    assert [proposal.offer for proposal in page.placements[0].proposals] == [first]


def test_page__placement_about_the_cart__fits_the_cart_and_not_the_page(tmp_path: Path) -> None:
    shop = parlour()
    shop.together("tea", ("cup", 0.9, 0.5))
    shop.together("pot", ("jam", 0.9, 0.5))
    shop.offer("goes-well", "bought_together", trigger_products=["tea", "pot"])
    shop.offer("only-tea", curated=["pot"], trigger_products=["tea"], placements=[3])

    page = ask_page(shop.publish(tmp_path), "page", "basket", product="tea", cart=(CartItem("pot", 1),))

    assert shown(page) == [[("cup",)], [("jam",)]]


def test_page__limit__is_that_of_each_placement(tmp_path: Path) -> None:
    shop = parlour()
    shop.offer("goes-well", curated=["cup", "jam", "pot"], max_proposals=4)
    snapshot = shop.publish(tmp_path)

    assert shown(ask_page(snapshot, "wide", "page", limit=2)) == [[("cup",), ("jam",)], [("pot",)]]


def test_page__notes__name_their_field_once(tmp_path: Path) -> None:
    shop = parlour()
    shop.offer("goes-well", curated=["cup"])

    page = ask_page(
        shop.publish(tmp_path),
        "page",
        "closed",
        "basket",
        "nowhere",
        cart=(CartItem("bun", 1),),
        product="tea",
    )

    assert [(note.code, note.pointer) for note in page.notes] == [
        ("unknown_sku", "/cart/0/sku"),
        ("inactive_placement", "/placements/1"),
        ("unknown_placement", "/placements/3"),
    ]


def test_page__explained__says_of_each_placement_what_another_shows(tmp_path: Path) -> None:
    shop = parlour()
    shop.offer("cups", curated=["cup"])

    page = ask_page(shop.publish(tmp_path), *BOTH, explain=True)

    removed = [
        one.removed_by for each in page.placements for trace in each.trace or () for one in trace.candidates
    ]
    assert removed == [None, "already_proposed"]


@many
@given(shops(), requests)
def test_page__of_one_placement__is_its_decision(shop: Shop, request: DecisionRequest) -> None:
    snapshot, asked = published(shop), replace(request, explain=True)

    page = decide_page(snapshot=snapshot, request=asked, placements=["cart"])

    assert page.placements == (replace(decide(snapshot=snapshot, request=asked), notes=()),)
    assert page.notes == decide(snapshot=snapshot, request=asked).notes


@many
@given(shops(), requests)
def test_page__of_any_shop__names_no_product_twice(shop: Shop, request: DecisionRequest) -> None:
    shop.placements.append(PlacementData("basket", 3, is_about_cart=True))
    shop.offers = [dataclasses.replace(offer, placements=(0, 1)) for offer in shop.offers]

    page = decide_page(snapshot=published(shop), request=request, placements=["cart", "basket"])

    proposals = [proposal for one in page.placements for proposal in one.proposals]
    named = [part.sku for proposal in proposals for part in proposal.products]
    for proposal in proposals:
        if isinstance(proposal.detail, NextReward):
            named += [product.sku for product in proposal.detail.reached_by]
    assert len(named) == len(set(named))
