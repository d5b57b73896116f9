"""Every candidate of every kind of offer meets every guard."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from engine.decision import guards, page
from engine.decision.candidate import Candidate
from engine.decision.context import Context, read_context
from engine.decision.guards import GUARDS, Guard, first_reason
from engine.decision.kinds import KINDS
from engine.decision.page import PAGE_GUARDS, Page
from engine.decision.types import DecisionRequest, KnownCustomer
from engine.pricing import EVERYTHING, Benefit, Gift, Tier, Tiers
from engine.pricing.kinds.add_on import AddOnTerms
from engine.pricing.kinds.buy_get import BuyGetTerms
from engine.pricing.kinds.quantity import QuantityTerms
from engine.pricing.kinds.subscription import SubscriptionTerms
from engine.pricing.kinds.threshold import ThresholdTerms
from engine.snapshot.records import OfferRecord
from tests.engine.decision.test_properties import many, published, requests, shops
from tests.engine.refusals import refusing
from tests.engine.shop import Shop, ask, offered

TENTH = Benefit("percent", 1000)
PARTS = {
    "upgrade": ("cake",),
    "cross_sell": ("cake",),
    "bundle": ("tea", "cake"),
    "quantity": ("tea",),
    "subscription": ("tea",),
    "add_on": ("cake",),
    "threshold": ("cake",),
    "buy_get": ("tea", "cake"),
}


def offer_of(shop: Shop, kind: str) -> None:
    """Add an offer whose candidate has the parts PARTS when tea is on the page."""
    tea, cake = shop.only("tea"), shop.only("cake")
    adding: dict[str, Callable[[], None]] = {
        "upgrade": lambda: shop.offer("one", kind="upgrade", curated=["cake"]),
        "cross_sell": lambda: shop.offer("one", curated=["cake"]),
        "bundle": lambda: shop.offer("one", "bundle", kind="bundle"),
        "quantity": lambda: shop.priced("one", QuantityTerms(tea, Tiers((Tier(2, TENTH),)))),
        "subscription": lambda: shop.priced("one", SubscriptionTerms(tea, TENTH)),
        "add_on": lambda: shop.priced("one", AddOnTerms(tea, cake.products), curated=["cake"]),
        "threshold": lambda: shop.priced("one", ThresholdTerms("spend", 5000, gift=Gift(shop.facts("cake")))),
        "buy_get": lambda: shop.priced("one", BuyGetTerms(tea, 1, cake, 1, TENTH), curated=["cake"]),
    }
    adding[kind]()


def cafe(**columns: Any) -> Shop:
    """Sell tea, and a cake with these columns."""
    shop = Shop()
    shop.sell("tea", price=1000)
    shop.sell("cake", **({"price": 1500} | columns))
    shop.bundles = [("set", {"tea": 1, "cake": 1}, {})]
    return shop


class Spy:
    """Two guards, for candidates and on the page, that let everything pass and keep what they were asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[int, int], ...]] = []
        self.asked_on_page: list[tuple[tuple[int, int], ...]] = []

    def removes(self, _context: Context, _offer: OfferRecord, candidate: Candidate) -> bool:
        self.asked.append(candidate.parts)
        return False

    def removes_from_page(self, _page: Page, _offer: OfferRecord, candidate: Candidate) -> bool:
        self.asked_on_page.append(candidate.parts)
        return False


@pytest.fixture
def spy(monkeypatch: pytest.MonkeyPatch) -> Spy:
    monkeypatch.setattr(guards, "GUARDS", deepcopy(GUARDS))
    monkeypatch.setattr(page, "PAGE_GUARDS", deepcopy(PAGE_GUARDS))
    spy = Spy()
    guards.GUARDS.register(Guard("spied", spy.removes))
    page.PAGE_GUARDS.register(Guard("spied_on_page", spy.removes_from_page))
    return spy


def test_register__reason_that_another_guard_has__is_refused(spy: Spy) -> None:
    for reason in ("spied", "in_cart"):
        with pytest.raises(ValueError, match=reason):
            guards.GUARDS.register(Guard(reason, spy.removes))
    for reason in ("spied_on_page", "already_proposed"):
        with pytest.raises(ValueError, match=reason):
            page.PAGE_GUARDS.register(Guard(reason, spy.removes_from_page))

    assert [one.reason for one in guards.GUARDS] == [*(one.reason for one in GUARDS), "spied"]
    assert [one.reason for one in page.PAGE_GUARDS] == [*(one.reason for one in PAGE_GUARDS), "spied_on_page"]


def test_parts__every_kind_of_the_product__has_a_candidate_here() -> None:
    own = {code for code, proposer in KINDS.items() if type(proposer).__module__.startswith("engine.")}
    assert PARTS.keys() == own


@pytest.mark.parametrize("kind", PARTS)
def test_registered_guards__each_kind__are_asked_about_its_candidate(
    tmp_path: Path, spy: Spy, kind: str
) -> None:
    shop = cafe()
    offer_of(shop, kind)

    decision = ask(shop.publish(tmp_path), product="tea")

    assert offered(decision) == [PARTS[kind]]
    parts = tuple((shop.row(part.sku), part.quantity) for part in decision.proposals[0].products)
    assert parts in spy.asked
    assert parts in spy.asked_on_page


def test_registered_guard__options_of_an_add_on__is_asked_about_each(tmp_path: Path, spy: Spy) -> None:
    shop = cafe()
    shop.sell("syrup", "shot", price=50)
    options = shop.only("syrup", "shot").products
    shop.priced("extras", AddOnTerms(EVERYTHING, options), curated=["syrup", "shot"])

    ask(shop.publish(tmp_path), product="tea")

    assert {((shop.row("syrup"), 1),), ((shop.row("shot"), 1),)} <= set(spy.asked)


def test_registered_guard__products_that_reach_a_reward__is_asked_about_each(
    tmp_path: Path, spy: Spy
) -> None:
    shop = cafe()
    shop.popular = {None: [("cake", 9)]}
    shop.priced("reward", ThresholdTerms("spend", 1500, free_shipping=True))

    ask(shop.publish(tmp_path), product="tea")

    assert ((shop.row("cake"), 1),) in spy.asked


FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "hidden": ({"is_hidden": True}, {}),
    "out_of_stock": ({"stock": 0}, {}),
    "excluded": ({}, {"exclude": ("cake",)}),
    "declined": ({}, {"customer": KnownCustomer(ledger=refusing(products=["cake"]))}),
    "other_currency": ({"currency": "USD"}, {}),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", [kind for kind, parts in PARTS.items() if "cake" in parts])
def test_each_kind__a_part_that_must_not_be_sold__is_not_proposed(
    tmp_path: Path, kind: str, fault: str
) -> None:
    columns, request = FAULTS[fault]
    shop = cafe(**columns)
    offer_of(shop, kind)

    decision = ask(shop.publish(tmp_path), product="tea", **request)

    # A gift is not sold but given: nobody has to be able to buy it.
    is_given = kind == "threshold" and fault in ("hidden", "other_currency")
    assert offered(decision) == ([("cake",)] if is_given else [])


def test_option__excluded_by_the_request__leaves_the_others(tmp_path: Path) -> None:
    shop = cafe()
    shop.sell("syrup", "shot", price=50)
    options = shop.only("syrup", "shot").products
    shop.priced("extras", AddOnTerms(EVERYTHING, options), curated=["syrup", "shot"])

    decision = ask(shop.publish(tmp_path), product="tea", exclude=("syrup",))

    assert offered(decision) == [("shot",)]


@many
@given(shops(), requests)
def test_first_reason__any_candidate__is_that_of_the_guards_in_turn(
    shop: Shop, request: DecisionRequest
) -> None:
    snapshot = published(shop)
    context = read_context(snapshot, request)

    for row in range(len(snapshot.offers)):
        offer = snapshot.offers[row]
        proposer = KINDS[offer.kind]
        for propose in proposer.strategies_of(offer):
            for candidate in propose(context, offer):
                in_turn = [*GUARDS, *proposer.guards]
                expected = next(
                    (one.reason for one in in_turn if one.removes(context, offer, candidate)), None
                )
                assert first_reason(context, offer, candidate, proposer.guards) == expected


@many
@given(shops(), requests)
def test_page_removed_by__any_candidate__is_that_of_the_page_guards_in_turn(
    shop: Shop, request: DecisionRequest
) -> None:
    snapshot = published(shop)
    context = read_context(snapshot, request)
    shown = Page(context, slot_count=99)

    for row in range(len(snapshot.offers)):
        offer = snapshot.offers[row]
        proposer = KINDS[offer.kind]
        for propose in proposer.strategies_of(offer):
            for candidate in propose(context, offer):
                in_turn = (one.reason for one in page.PAGE_GUARDS if one.removes(shown, offer, candidate))
                reason = shown.removed_by(offer, candidate)
                assert reason == next(in_turn, None)
                if proposer.removed_by(context, offer, candidate) is reason is None:
                    shown.place(page.Slot(offer, candidate, proposer.price(context, offer, candidate)))
