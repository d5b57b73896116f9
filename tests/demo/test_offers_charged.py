"""A quote charges what a decision shows, for every offer of the demo."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone
from msgspec import Struct

from catalog.models import Category, Product
from checkout.services.quote import AcceptedProposal, PricedQuote, QuoteLine, QuoteRequest, price_quote
from demo.data.catalogue import CatalogueItem
from demo.plans.campaigns import OFFERS
from demo.plans.pairs import Pair
from demo.services.audiences import set_up_customers
from demo.services.curation import curate
from engine.decision import decide
from engine.decision.kinds.add_on import Choice
from engine.decision.kinds.subscription import Recurring
from engine.decision.kinds.threshold import NextReward
from engine.decision.types import CartItem, DecisionRequest, Proposal
from engine.learned.generations import PARTNER, POPULAR, PURCHASE
from engine.promise.frozen_quote import AskedLine, AskedOption
from engine.snapshot.reader import Snapshot
from engine.snapshot.writer import write_snapshot
from offers.models import (
    Customer,
    CustomerFacts,
    CustomerHistory,
    Generation,
    PopularProducts,
    ProductPartners,
)
from offers.services.collection.snapshot import collect_origin, collect_snapshot
from offers.services.customer import load_known_customer
from offers.services.tokens import issue_decision_token

pytestmark = pytest.mark.django_db

ROWS = [
    ("plain", "Dry noodles/pasta", "Spaghetti dry", True, 8.0, 45),
    ("double", "Dry noodles/pasta", "Spaghetti dry", True, 16.0, 52),
    ("makers", "Dry noodles/pasta", "Spaghetti dry", False, 16.0, 100),
    ("sauce", "Pasta sauce", "Traditional", False, 0.0, 199),
    ("basil", "Herbs", "Basil", False, 0.0, 149),
    ("bar", "Candy - checklane", "Candy bars", False, 0.0, 120),
    ("beans", "Coffee", "Ground coffee", False, 0.0, 899),
    ("green", "Teas", "Tea bags", False, 0.0, 349),
    ("honey", "Sugars/sweeteners", "Honey", False, 0.0, 499),
    ("tin", "Cat food", "Wet cat food", False, 0.0, 79),
    ("bread", "Bread", "Rye bread", False, 0.0, 333),
    ("merlot", "Domestic wine", "Merlot", False, 0.0, 699),
    ("pizza", "Frozen pizza", "Pizza", False, 0.0, 449),
    ("rashers", "Bacon", "Bacon", False, 0.0, 379),
]
ITEMS = [
    CatalogueItem(sku, category, kind, 1, store, "oz" if amount else "", amount, price, 100)
    for sku, category, kind, store, amount, price in ROWS
]


class Visit(Struct):
    """A placement with an offer for a customer with a purchase history."""

    placement: str
    product: str | None = None
    cart: Mapping[str, int] = {}
    weekday: int | None = None
    hour: int = 0

    def at(self) -> datetime:
        """Return now, or the hour of the weekday, 0 for Monday, by the clock of the shop."""
        now = timezone.localtime()
        if self.weekday is None:
            return now
        days = timedelta((self.weekday - now.weekday()) % 7)
        return (now + days).replace(hour=self.hour, minute=0)


VISITS = {
    "next-step-up": Visit("product_page", "plain", {"plain": 1}),
    "last-look": Visit("checkout", cart={"plain": 2}),
    "next-time-better": Visit("after_purchase", cart={"plain": 1}),
    "pasta-night": Visit("product_page", "plain"),
    "together-for-less": Visit("cart", cart={"sauce": 1}),
    "your-usual": Visit("cart", cart={"bread": 1}),
    "picked-for-you": Visit("cart", cart={"bread": 1}),
    "goes-well-together": Visit("product_page", "bread"),
    "one-little-treat": Visit("checkout", cart={"beans": 2}),
    "thank-you": Visit("after_purchase", cart={"bread": 1}),
    "stock-up-on-pasta": Visit("product_page", "plain"),
    "coffee-for-less": Visit("cart", cart={"beans": 2}),
    "coffee-by-the-month": Visit("product_page", "beans"),
    "sweeten-your-tea": Visit("product_page", "green", {"green": 2}),
    "free-delivery": Visit("cart", cart={"bread": 1}),
    "candy-on-the-house": Visit("cart", cart={"bread": 1}),
    "five-plus-one-for-the-cat": Visit("product_page", "tin", {"tin": 2}),
    "for-our-regulars": Visit("product_page", "bread"),
    "wine-with-pasta": Visit("product_page", "plain"),
    "easy-evening": Visit("cart", cart={"bread": 1}, weekday=2, hour=18),
    "weekend-breakfast": Visit("cart", cart={"bread": 1}, weekday=5, hour=8),
}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """Set up the demo shop with few products and a generation."""
    root = Category.objects.create(name="Grocery", path="Grocery")
    keys = {}
    for item in ITEMS:
        path = f"Grocery > {item.category}"
        category, _ = Category.objects.get_or_create(name=item.category, parent=root, path=path)
        keys[item.sku] = Product.objects.create(
            sku=item.sku, name=item.sku, price_minor=item.price_minor, currency="USD", category=category
        ).pk
    set_up_customers(at=timezone.now())
    curate(items=ITEMS, pairs=[Pair("sauce", "basil", 40, 9.0, 20)])
    learn(keys)
    version = write_snapshot(data=collect_snapshot(collect_origin(timezone.now())), directory=tmp_path)
    return Snapshot.open(tmp_path / version)


def learn(keys: Mapping[str, int]) -> None:
    """Create a generation: basil goes with bread; c-1, a champion of confirmed age, buys cat food."""
    generation = Generation.objects.create(
        published_at=timezone.now(), order_count=100, counted_order_count=100
    )
    partner, popular, purchase = np.zeros(1, PARTNER), np.zeros(1, POPULAR), np.zeros(1, PURCHASE)
    for records, sku in ((partner, "basil"), (popular, "basil"), (purchase, "tin")):
        records["product"], records["orders"] = keys[sku], 20
    partner["score"] = partner["page_score"] = 5.0
    ProductPartners.objects.create(product_id=keys["bread"], order_count=30, partners=partner.tobytes())
    PopularProducts.objects.create(generation=generation, products=popular.tobytes())
    customer = Customer.objects.create(external_id="c-1", attributes={"age_confirmed": True})
    CustomerFacts.objects.create(
        customer=customer,
        segment="champion",
        recency=5,
        frequency=5,
        monetary=5,
        first_order_date=timezone.localdate(),
        last_order_date=timezone.localdate(),
        order_count=20,
        currency="USD",
        spent_minor=1000,
        comfort=b"",
        due=b"",
        categories=b"",
    )
    CustomerHistory.objects.create(customer=customer, purchases=purchase.tobytes())


def propose(snapshot: Snapshot, code: str, visit: Visit) -> Proposal:
    return shown_on(snapshot, visit, only=code)[0]


def shown_on(snapshot: Snapshot, visit: Visit, only: str | None = None) -> Sequence[Proposal]:
    decision = decide(
        snapshot=snapshot,
        request=DecisionRequest(
            placement=visit.placement,
            at=int(visit.at().timestamp()),
            cart=tuple(CartItem(sku, units) for sku, units in visit.cart.items()),
            product=visit.product,
            customer=load_known_customer(external_id="c-1"),
            only=only,
        ),
    )
    return decision.proposals


def accept(visit: Visit, proposal: Proposal) -> list[AskedLine]:
    """Return the cart of a shopper who accepts the offer."""
    units = dict(visit.cart)
    if visit.product:
        units.setdefault(visit.product, 1)
    shown = {product.sku: product.quantity for product in proposal.products}
    match proposal.detail:
        case Recurring() as recurring:
            return [AskedLine(sku, count, recurring.intervals[0]) for sku, count in shown.items()]
        case Choice() as choice:
            of_unit = [AskedOption(sku, count // units[choice.on]) for sku, count in shown.items()]
            return [AskedLine(choice.on, units[choice.on], options=tuple(of_unit))]
        case NextReward() as reward:
            units["bread"] += -(-reward.amount // 333)
        case _ if proposal.replaces is None:
            units |= shown
    return [AskedLine(sku, count) for sku, count in units.items()]


def charge(snapshot: Snapshot, visit: Visit, proposal: Proposal) -> PricedQuote:
    at = visit.at()
    token = issue_decision_token(
        proposals=[proposal], placement=visit.placement, decided_at=int(at.timestamp())
    )
    request = QuoteRequest(
        cart=tuple(QuoteLine(asked=line) for line in accept(visit, proposal)),
        accepted=(AcceptedProposal(decision_token=token, offer=proposal.offer),),
        customer="c-1",
    )
    return price_quote(request=request, snapshot=snapshot, key_id=None, at=at)


@pytest.mark.parametrize("code", [plan.code for plan in OFFERS if not plan.promotion_code])
def test_offer_of_the_demo__shown_and_then_quoted__costs_the_same(snapshot: Snapshot, code: str) -> None:
    visit = VISITS[code]

    proposal = propose(snapshot, code, visit)
    quote = charge(snapshot, visit, proposal)

    assert [one.status for one in quote.offers if one.offer == code] == ["applied"]
    charged: dict[str, int] = {}
    for line in quote.priced.lines:
        sku = snapshot.products.sku[snapshot.products.find_pk(line.product)]
        charged[sku] = charged.get(sku, 0) + line.total_minor
    assert {one.sku: one.offer_minor for one in proposal.products} == {
        one.sku: charged[one.sku] for one in proposal.products
    }
    assert proposal.offer_minor == sum(charged[one.sku] for one in proposal.products)


def test_offer_of_the_demo__with_a_code__applies_only_with_the_code(snapshot: Snapshot) -> None:
    visit = Visit("cart", cart={"bread": 13})
    cart = tuple(QuoteLine(asked=AskedLine(sku, units)) for sku, units in visit.cart.items())

    without, with_code = (
        price_quote(
            request=QuoteRequest(cart=cart, codes=codes, customer="c-1"),
            snapshot=snapshot,
            key_id=None,
            at=timezone.now(),
        )
        for codes in ((), ("welcome",))
    )

    assert (without.priced.discount_minor, with_code.priced.discount_minor) == (0, 500)


@pytest.mark.parametrize(
    ("code", "visit"),
    [
        ("easy-evening", Visit("cart", cart={"bread": 1}, weekday=2, hour=16)),
        ("easy-evening", Visit("cart", cart={"bread": 1}, weekday=5, hour=18)),
        ("weekend-breakfast", Visit("cart", cart={"bread": 1}, weekday=5, hour=12)),
    ],
)
def test_offer_of_the_demo__at_another_hour__is_not_shown(
    snapshot: Snapshot, code: str, visit: Visit
) -> None:
    assert code in {each.offer for each in shown_on(snapshot, VISITS[code])}
    assert code not in {each.offer for each in shown_on(snapshot, visit)}


@pytest.mark.parametrize("code", ["for-our-regulars", "wine-with-pasta"])
def test_offer_of_the_demo__another_customer__is_not_shown(snapshot: Snapshot, code: str) -> None:
    assert code in {each.offer for each in shown_on(snapshot, VISITS[code])}

    Customer.objects.update(attributes={"age_confirmed": False})
    CustomerFacts.objects.update(segment="lost")

    assert code not in {each.offer for each in shown_on(snapshot, VISITS[code])}
