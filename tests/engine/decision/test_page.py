"""Several placements of one page are decided together: nothing is shown twice, earlier ones choose first."""

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.decision import decide, decide_page
from engine.decision.kinds.add_on import Choice
from engine.decision.kinds.quantity import NextTier
from engine.decision.kinds.subscription import Recurring
from engine.decision.kinds.threshold import NextReward
from engine.decision.types import CartItem, DecisionRequest, PageDecision
from engine.pricing import EVERYTHING, Benefit, Gift, Tier, Tiers
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.cross_sell import CrossSellTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.snapshot.data import PlacementData
from engine.snapshot.reader import Snapshot
from tests.engine.decision.test_properties import many, published, requests, shops
from tests.engine.decision.test_shown_is_charged import EXAMPLES, MANY_KINDS, Shelf, add_offer, shelves
from tests.engine.decision.test_shown_is_charged import requests as cart_requests
from tests.engine.pricing import strategies as random
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


PLACES = ["page", "cart", "after_purchase"]
places = st.tuples(st.permutations(PLACES), st.integers(2, 3)).map(lambda drawn: drawn[0][: drawn[1]])


@st.composite
def giving(draw: st.DrawFn) -> Shelf:
    """Any offers of all kinds, two rewards with the same gift, and an offer that sells it."""
    shop = draw(shelves())
    gift = Gift(shop.facts("9"))
    for number in range(2):
        add_offer(draw, shop, f"reward-{number}", replace(draw(random.thresholds), gift=gift))
    terms = CrossSellTerms(EVERYTHING, by_acceptance=True)
    shop.priced("sells-the-gift", terms, curated=["9"], priority=draw(st.integers(0, 2)))
    return shop


class Mentions(NamedTuple):
    """The products that a page adds to what it holds, those held that it changes, and what it is about."""

    brought: list[str]
    changed: set[str]
    about: list[tuple[str, ...]]


def mentions(snapshot: Snapshot, page: PageDecision, request: DecisionRequest) -> Mentions:
    found = Mentions([], set(), [])
    for one in page.placements:
        held = {line.sku for line in request.cart}
        if not snapshot.placements[one.placement].is_about_cart:
            held.add(request.product or "")
        for proposal in one.proposals:
            skus = {part.sku for part in proposal.products}
            match proposal.detail:
                case NextReward() as reward:
                    found.brought.extend([*skus, *(product.sku for product in reward.reached_by)])
                    found.about.append((proposal.kind, proposal.offer))
                    continue
                case Choice() as choice:
                    skus |= {option.sku for option in choice.options}
                    found.about.append((proposal.kind, choice.on))
                case NextTier() | Recurring():
                    found.about.extend((proposal.kind, sku) for sku in skus)
            found.brought.extend(skus - held)
            found.changed.update(skus & held)
    return found


def test_page__of_offers_of_all_kinds__shows_no_product_gift_or_reward_twice() -> None:
    kinds: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(giving(), st.lists(st.tuples(cart_requests, places), min_size=4, max_size=4))
    def nothing_is_shown_twice(shop: Shelf, asked: list[tuple[DecisionRequest, list[str]]]) -> None:
        snapshot = published(shop)
        for request, placements in asked:
            page = decide_page(snapshot=snapshot, request=request, placements=placements)
            found = mentions(snapshot, page, request)
            assert len(found.brought) == len(set(found.brought)), found.brought
            assert found.changed.isdisjoint(found.brought), found
            assert len(found.about) == len(set(found.about)), found.about
            kinds.update(proposal.kind for one in page.placements for proposal in one.proposals)
            kinds["gift"] += "9" in found.brought

    nothing_is_shown_twice()

    assert kinds["gift"], kinds
    assert kinds["threshold"], kinds
    assert len(kinds) > MANY_KINDS, kinds


def test_page__option_that_a_slot_shows_already__is_left_out_of_the_choice(tmp_path: Path) -> None:
    shop = parlour()
    shop.offer("cups", curated=["cup"], priority=1)
    terms = AddOnTerms(shop.only("tea"), frozenset([shop.pk("cup"), shop.pk("jam"), shop.pk("pot")]))
    shop.priced("extras", terms, curated=("cup", "jam", "pot"))
    shop.offer("pots", curated=["pot"], priority=-1)

    page = ask_page(shop.publish(tmp_path), "page", "wide", cart=(CartItem("tea", 1),))

    assert shown(page) == [[("cup",)], [("jam",)]]
    (extras,) = page.placements[1].proposals
    assert isinstance(extras.detail, Choice)
    assert [option.sku for option in extras.detail.options] == ["jam", "pot"]


@pytest.mark.parametrize("placements", [("page", "basket"), ("basket", "page")])
def test_page__product_of_the_page__is_changed_or_added_but_not_both(
    tmp_path: Path, placements: tuple[str, ...]
) -> None:
    shop = parlour()
    shop.priced("more", QuantityTerms(EVERYTHING, Tiers((Tier(2, TENTH),))), placements=[0])
    shop.offer("teas", curated=["tea"], placements=[3])

    page = ask_page(shop.publish(tmp_path), *placements, product="tea", cart=(CartItem("jam", 1),))

    assert shown(page) == [[("tea",)], []]
