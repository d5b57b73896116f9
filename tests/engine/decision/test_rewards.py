"""What a threshold names to reach its reward: it fits, passes the guards, and costs what the core says."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.decision import decide_page
from engine.decision.kinds.threshold import NAMED, NextReward
from engine.decision.types import CartItem, Decision, DecisionRequest, Proposal
from engine.pricing import EVERYTHING, Benefit, Cart, OfferIndex, PricingCartLine, Rules, Selector, price_cart
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.snapshot.data import PlacementData
from tests.engine.shop import NOON, Shop, ask, offered

TENTH = Benefit("percent", 1000)


def decided(shop: Shop, folder: Path, *cart: tuple[str, int], **given: Any) -> Decision:
    lines = tuple(CartItem(sku, units) for sku, units in cart)
    return ask(shop.publish(folder), cart=lines, **given)


def only_proposal(decision: Decision) -> Proposal:
    (proposal,) = decision.proposals
    return proposal


def reached_by(proposal: Proposal) -> list[tuple[str, int, int]]:
    assert isinstance(proposal.detail, NextReward)
    return [(one.sku, one.quantity, one.offer_minor) for one in proposal.detail.reached_by]


@pytest.fixture
def shelf() -> Shop:
    """Sell tea, and what goes with it, best fitting first, at prices around 1,000 yen."""
    shop = Shop()
    shop.sell("tea", price=1000)
    shop.sell("cup", price=600)
    for sku, price in (
        ("pot", 3000),
        ("tin", 999),
        ("jar", 1100),
        ("can", 1000),
        ("box", 1500),
        ("bag", 1200),
    ):
        shop.sell(sku, price=price)
    shop.together(
        "tea", *((sku, 9 - n, 0.5) for n, sku in enumerate(["pot", "tin", "jar", "can", "box", "bag"]))
    )
    return shop


REACHING: dict[str, tuple[ThresholdTerms, list[tuple[str, int, int]]]] = {
    "spend": (
        ThresholdTerms("spend", 5000, free_shipping=True),
        [("can", 1, 1000), ("jar", 1, 1100), ("bag", 1, 1200)],
    ),
    "a tenth off all": (
        ThresholdTerms("spend", 5000, benefit=TENTH),
        [("can", 1, 900), ("jar", 1, 990), ("bag", 1, 1080)],
    ),
    "500 off all": (
        ThresholdTerms("spend", 5000, benefit=Benefit("amount", 500)),
        # 1,000 ÷ 5,000, 1,100 ÷ 5,100 and 1,200 ÷ 5,200 of the amount.
        [("can", 1, 900), ("jar", 1, 992), ("bag", 1, 1085)],
    ),
    "units": (
        ThresholdTerms("quantity", 6, free_shipping=True),
        [("pot", 2, 6000), ("tin", 2, 1998), ("jar", 2, 2200)],
    ),
}


@pytest.mark.parametrize(("terms", "products"), REACHING.values(), ids=REACHING)
def test_threshold__below_it__names_matching_products_that_reach_it(
    shelf: Shop, tmp_path: Path, terms: ThresholdTerms, products: list[tuple[str, int, int]]
) -> None:
    shelf.priced("reward", terms)

    assert reached_by(only_proposal(decided(shelf, tmp_path, ("tea", 4)))) == products


def test_threshold__of_a_target_that_is_missing__names_the_target(shelf: Shop, tmp_path: Path) -> None:
    target = shelf.only("bag", "cup")
    shelf.priced("reward", ThresholdTerms("spend", 3000, target=target, benefit=TENTH))

    assert reached_by(only_proposal(decided(shelf, tmp_path, ("tea", 4)))) == [("bag", 1, 1080)]


def test_threshold__products_that_reach_it__pass_all_guards(shelf: Shop, tmp_path: Path) -> None:
    shelf.priced("reward", ThresholdTerms("spend", 6000, free_shipping=True))
    shelf.goods[shelf.row("can")].is_hidden = True
    shelf.goods[shelf.row("jar")].stock = 0
    shelf.goods[shelf.row("pot")].currency = "USD"

    cart = (("tea", 4), ("box", 1))
    proposal = only_proposal(decided(shelf, tmp_path, *cart, exclude=("tin",)))

    assert reached_by(proposal) == [("bag", 1, 1200)]


def test_threshold__for_an_empty_cart__names_best_sellers(shelf: Shop, tmp_path: Path) -> None:
    shelf.popular[None] = [("tea", 9), ("pot", 5)]
    shelf.priced("reward", ThresholdTerms("spend", 2000, free_shipping=True))

    assert reached_by(only_proposal(decided(shelf, tmp_path))) == [("pot", 1, 3000)]


def test_threshold__too_far_for_any_one_product__names_none(shelf: Shop, tmp_path: Path) -> None:
    shelf.priced("reward", ThresholdTerms("spend", 9000, free_shipping=True))

    assert reached_by(only_proposal(decided(shelf, tmp_path, ("tea", 1)))) == []


def test_threshold__beside_other_offers__names_nothing_that_a_slot_shows(shelf: Shop, tmp_path: Path) -> None:
    shelf.offer("goes-well", curated=["can", "jar"], max_proposals=2)
    shelf.priced("reward", ThresholdTerms("spend", 5000, free_shipping=True), priority=9)

    decision = decided(shelf, tmp_path, ("tea", 4))

    assert offered(decision) == [(), ("can",), ("jar",)]
    assert reached_by(decision.proposals[0]) == [("bag", 1, 1200), ("box", 1, 1500), ("pot", 1, 3000)]


def test_thresholds__of_one_page__name_each_product_once(shelf: Shop, tmp_path: Path) -> None:
    for code, at_least, priority in (("first", 5000, 2), ("second", 5050, 1)):
        shelf.priced(code, ThresholdTerms("spend", at_least, free_shipping=True), priority=priority)

    first, second = decided(shelf, tmp_path, ("tea", 4)).proposals

    assert [sku for sku, _units, _price in reached_by(first)] == ["can", "jar", "bag"]
    assert [sku for sku, _units, _price in reached_by(second)] == ["box", "pot"]


def test_threshold__before_another_placement__names_nothing_that_it_shows(
    shelf: Shop, tmp_path: Path
) -> None:
    shelf.placements = [PlacementData("top", 1), PlacementData("cart", 1)]
    shelf.priced("reward", ThresholdTerms("spend", 5000, free_shipping=True), priority=9)
    shelf.offer("goes-well", curated=["can"])
    request = DecisionRequest(placement="top", at=NOON, cart=(CartItem("tea", 4),))

    page = decide_page(snapshot=shelf.publish(tmp_path), request=request, placements=["top", "cart"])

    first, second = (only_proposal(decision) for decision in page.placements)
    assert [product.sku for product in second.products] == ["can"]
    assert [sku for sku, _units, _price in reached_by(first)] == ["jar", "bag", "box"]


SKUS = ["tea", "pot", "tin", "jar", "can"]
selectors = st.one_of(
    st.just(EVERYTHING),
    st.frozensets(st.sampled_from([10, 20, 30, 40, 50]), min_size=1, max_size=4).map(Selector),
)


@st.composite
def rewards(draw: st.DrawFn) -> ThresholdTerms:
    return ThresholdTerms(
        measure=draw(st.sampled_from(["spend", "quantity"])),
        at_least=draw(st.one_of(st.integers(1, 8), st.integers(500, 6000))),
        counted=draw(selectors),
        target=draw(st.one_of(st.none(), selectors)),
        benefit=draw(
            st.sampled_from([Benefit("none"), TENTH, Benefit("amount", 70), Benefit("amount", 2500)])
        ),
        free_shipping=draw(st.booleans()),
        base=draw(st.sampled_from(["lane_entry", "running"])),
    )


@settings(max_examples=60, deadline=None)
@given(
    terms=rewards(),
    cart=st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3), max_size=3),
    floors=st.sampled_from([{}, {"max_discount_minor": 90}]),
)
def test_threshold__whatever_it_names__reaches_it_at_the_cores_price(
    tmp_path_factory: pytest.TempPathFactory,
    terms: ThresholdTerms,
    cart: dict[str, int],
    floors: dict[str, int],
) -> None:
    shop = Shop()
    for place, sku in enumerate(SKUS):
        shop.sell(sku, price=300 * (place + 1))
    shop.popular[None] = [(sku, 9) for sku in SKUS]
    shop.priced("reward", terms, rules={"lane": "cart", **floors})

    decision = decided(shop, tmp_path_factory.mktemp("shop"), *cart.items())

    for proposal in decision.proposals:
        products = reached_by(proposal)
        assert len(products) <= NAMED
        for sku, units, offer_minor in products:
            assert sku not in cart
            lines = [PricingCartLine(shop.facts(one), count) for one, count in (cart | {sku: units}).items()]
            index = OfferIndex([one.pricing for one in shop.offers if one.pricing is not None])
            priced = price_cart(cart=Cart(tuple(lines)), offers=index, rules=Rules())
            assert priced.outcome_of(1).status == "applied"
            assert offer_minor == sum(
                line.total_minor for line in priced.lines if line.product == shop.pk(sku)
            )
