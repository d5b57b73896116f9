"""Excluded products and restricted goods appear in no form."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.decision import decide, decide_page
from engine.decision.kinds.add_on import Choice
from engine.decision.kinds.threshold import NextReward
from engine.decision.strategies import STRATEGIES
from engine.decision.types import Decision, DecisionRequest, KnownCustomer, Proposal
from engine.pricing import EVERYTHING, Benefit, Gift, Selector
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.snapshot.data import PlacementData
from engine.snapshot.exclusions import says
from tests.engine.decision.test_guard_pipeline import PARTS, cafe, offer_of
from tests.engine.decision.test_properties import SKUS, many, published, requests, shops
from tests.engine.shop import Shop, ask, offered

ADULT = KnownCustomer(attributes={"age_confirmed": True})
LEARNED = {
    "bought_together",
    "also_bought_by_customer",
    "replenishment",
    "category_popular",
    "popular",
    "similar",
    "viewed_not_bought",
}


def named_by(proposal: Proposal) -> Iterator[str]:
    """Yield the SKU of everything that a proposal names: products, options, ways to a reward."""
    yield from (part.sku for part in proposal.products)
    detail = proposal.detail
    if isinstance(detail, Choice):
        yield from (option.sku for option in detail.options)
    if isinstance(detail, NextReward):
        yield from (product.sku for product in detail.reached_by)


def with_rewards(shop: Shop) -> Shop:
    """Add offers whose proposals name more than their products, and a second placement."""
    shop.placements.append(PlacementData("page", 6))
    facts, everything = shop.facts(SKUS[0]), frozenset(map(shop.pk, SKUS))
    options = frozenset(map(shop.pk, SKUS[4:]))
    both = {"placements": (0, 1), "max_proposals": 3}
    shop.priced("gift", ThresholdTerms("spend", 1500, gift=Gift(facts)), **both)
    shop.priced("shipping", ThresholdTerms("spend", 900, free_shipping=True), **both)
    shop.priced("options", AddOnTerms(EVERYTHING, options), curated=SKUS[4:], **both)
    shop.priced("more", BuyGetTerms(EVERYTHING, 1, Selector(everything), 1, Benefit("percent", 5000)), **both)
    return shop


@many
@given(shops(), requests, st.sets(st.sampled_from(SKUS)), st.booleans(), st.integers(0, 1))
def test_decide__excluded_or_restricted_products__appear_in_no_form_on_that_placement(
    shop: Shop, request: DecisionRequest, skus: set[str], is_restricted: bool, place: int
) -> None:
    shop = with_rewards(shop)
    if is_restricted:
        shop.restrict(*skus)
    else:
        shop.exclude(*skus, placements=(place,), with_picked=True)

    page = decide_page(snapshot=published(shop), request=request, placements=("cart", "page"))

    barred = page.placements if is_restricted else page.placements[place : place + 1]
    for decision in barred:
        for proposal in decision.proposals:
            assert skus.isdisjoint(named_by(proposal))


@many
@given(shops(), requests, st.sets(st.sampled_from(SKUS)))
def test_decide__products_excluded_for_the_statistics__come_only_from_merchandisers(
    shop: Shop, request: DecisionRequest, skus: set[str]
) -> None:
    shop = with_rewards(shop)
    shop.exclude(*skus)

    decision = decide(snapshot=published(shop), request=request)

    for proposal in decision.proposals:
        if proposal.strategy in LEARNED:
            assert skus.isdisjoint(part.sku for part in proposal.products)
        if isinstance(proposal.detail, NextReward):
            assert skus.isdisjoint(product.sku for product in proposal.detail.reached_by)


def test_strategies__each__belongs_to_the_statistics_or_to_merchandisers() -> None:
    assert STRATEGIES.keys() == LEARNED | {"curated", "ladder", "related", "recommended"}


@pytest.mark.parametrize("kind", PARTS)
def test_exclusion__each_kind__goes_only_with_hand_picked_products(tmp_path: Path, kind: str) -> None:
    shop = cafe()
    offer_of(shop, kind)
    part = PARTS[kind][-1]
    shop.exclude(part)
    assert offered(ask(shop.publish(tmp_path / "learned"), product="tea")) == [PARTS[kind]]

    shop.exclude(part, with_picked=True)

    decision = ask(shop.publish(tmp_path / "all"), product="tea", explain=True)
    assert decision.proposals == ()
    assert "ruled_out" in reasons(decision) or kind == "add_on"


def reasons(decision: Decision) -> set[str | None]:
    return {one.removed_by for trace in decision.trace or () for one in trace.candidates}


@pytest.mark.parametrize(
    ("attributes", "is_shown"),
    [
        ({}, False),
        ({"age_confirmed": False}, False),
        ({"age_confirmed": True}, True),
        ({"age_confirmed": "Yes"}, True),
        ({"other": True}, False),
    ],
)
def test_restricted__customer__needs_the_attribute(
    tmp_path: Path, attributes: dict[str, bool | str], is_shown: bool
) -> None:
    shop = cafe()
    offer_of(shop, "cross_sell")
    shop.restrict("cake")
    snapshot = shop.publish(tmp_path)

    assert ask(snapshot, product="tea").proposals == ()
    decision = ask(snapshot, product="tea", customer=KnownCustomer(attributes=attributes), explain=True)

    assert offered(decision) == ([("cake",)] if is_shown else [])
    assert reasons(decision) == {None if is_shown else "restricted"}


def test_restricted__two_attributes__needs_both(tmp_path: Path) -> None:
    shop = cafe()
    offer_of(shop, "cross_sell")
    shop.restrict("cake")
    shop.restrict("cake", attribute="region", value="tokyo")
    snapshot = shop.publish(tmp_path)

    assert ask(snapshot, product="tea", customer=ADULT).proposals == ()
    both = replace(ADULT, attributes={"age_confirmed": True, "region": ("tokyo", "osaka")})
    assert offered(ask(snapshot, product="tea", customer=both)) == [("cake",)]
    assert snapshot.restrictions.needs_of(shop.row("cake")) == (("age_confirmed", "yes"), ("region", "tokyo"))


@pytest.mark.parametrize(
    ("stored", "wanted", "fits"),
    [
        (True, "yes", True),
        (True, "no", False),
        (False, "no", True),
        (None, "no", False),
        (20, "20", True),
        (20.5, "20.50", True),
        (20, "many", False),
        ("Dry", " dry ", True),
        (("dry", "oily"), "oily", True),
        ((), "oily", False),
    ],
)
def test_says__stored_value__is_compared_as_people_write_it(stored: object, wanted: str, fits: bool) -> None:
    assert says(stored, wanted) is fits


def test_exclusion__of_one_placement__leaves_the_others_alone(tmp_path: Path) -> None:
    shop = cafe()
    shop.placements.append(PlacementData("popup", 4))
    shop.popular = {None: [("cake", 9)]}
    shop.offer("popular", "popular")
    shop.exclude("cake", placements=(1,))
    snapshot = shop.publish(tmp_path)

    assert offered(ask(snapshot)) == [("cake",)]
    assert ask(snapshot, placement="popup").proposals == ()
    assert offered(ask(snapshot, placement="gone", only="popular")) == [("cake",)]


def test_exclusion__pinned_partner__counts_as_hand_picked(tmp_path: Path) -> None:
    shop = cafe()
    shop.sell("jam")
    shop.together("tea", ("cake", 2, 0.2), ("jam", 1, 0.1))
    shop.pins = {("tea", "cake")}
    shop.offer("goes-with-it", "bought_together", max_proposals=4)
    shop.exclude("cake", "jam")

    assert offered(ask(shop.publish(tmp_path), product="tea")) == [("cake",)]
