"""From orders to decisions: the facts of a recompute determine the offers for a customer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from analytics.models import RunTrigger
from analytics.services.recompute import run_recompute
from analytics.services.run import claim_next, request_run
from catalog.models import Category, Product, UpgradeLadder, UpgradeTier
from checkout.models import OrderLine
from engine.decision import decide
from engine.decision.types import CartItem, Decision, DecisionRequest
from offers.models import Customer, CustomerFacts, Offer, OfferStrategy, Placement, ProductFacts
from offers.services.customer import load_known_customer
from offers.services.serving import serving_snapshot
from tests.analytics.shop import OPENED_AT, create_product, place_order

pytestmark = pytest.mark.django_db

LAST_DAY = 50


@pytest.fixture
def tea() -> Product:
    """Create orders of tea by Aki every ten days and two anonymous expensive ones; then recompute."""
    drinks = Category.objects.create(name="Drinks", path="Drinks")
    tea, finer = create_product("tea", drinks), create_product("finer-tea", drinks)
    Product.objects.filter(pk=finer.pk).update(price_minor=900)
    aki = Customer.objects.create(external_id="aki")
    for day in range(0, LAST_DAY + 1, 10):
        place_order(tea, customer=aki, day=day)
    place_order(finer, day=LAST_DAY)
    ladder = UpgradeLadder.objects.create(name="Tea")
    for position, product in enumerate((tea, finer), 1):
        UpgradeTier.objects.create(ladder=ladder, product=product, position=position, label=product.sku)
    cart = Placement.objects.create(code="cart", name="Cart", slot_count=2)
    _offer(cart, "again", "cross_sell", "replenishment")
    _offer(cart, "up", "upgrade", "ladder")
    return tea


def _offer(placement: Placement, code: str, kind: str, strategy: str) -> None:
    offer = Offer.objects.create(code=code, name=code, kind=kind, currency="JPY")
    offer.placements.add(placement)
    OfferStrategy.objects.create(offer=offer, strategy=strategy)


def _learn() -> dict[str, int]:
    request_run(trigger=RunTrigger.COMMAND, requested_by=None, at=timezone.now())
    run = claim_next(at=timezone.now())
    assert run is not None
    counts: dict[str, int] = run_recompute(run=run, at=OPENED_AT + timedelta(days=LAST_DAY)).counts
    return counts


def _decide(customer: str | None, *cart: str, day: int = LAST_DAY + 10) -> Decision:
    snapshot = serving_snapshot()
    assert snapshot is not None
    at = OPENED_AT + timedelta(days=day)
    request = DecisionRequest(
        placement="cart",
        at=int(at.timestamp()),
        cart=tuple(CartItem(sku, 1) for sku in cart),
        customer=load_known_customer(external_id=customer) if customer else None,
        explain=True,
    )
    return decide(snapshot=snapshot, request=request)


def test_recompute__customer_with_a_habit__is_offered_due_products(tea: Product) -> None:
    _learn()

    (proposal,) = _decide("aki").proposals

    assert (proposal.offer, [one.sku for one in proposal.products]) == ("again", [tea.sku])
    assert proposal.reason.code == "due_for_repurchase"
    assert proposal.reason.evidence["interval_days"] == 10
    assert _decide("aki", day=LAST_DAY + 5).proposals == ()
    assert _decide(None).proposals == ()


@pytest.mark.usefixtures("tea")
def test_recompute__upgrade_above_the_usual_price__is_not_offered() -> None:
    _learn()

    assert [one.offer for one in _decide(None, "tea").proposals] == ["up"]
    decision = _decide("aki", "tea")

    assert decision.proposals == ()
    reasons = {one.removed_by for offer in decision.trace or () for one in offer.candidates}
    assert "above_comfort_band" in reasons


def test_recompute__replenishment_days__are_used_without_purchase_history(tea: Product) -> None:
    soap = create_product("soap")
    Product.objects.filter(pk=soap.pk).update(replenishment_days=40)
    place_order(soap, customer=Customer.objects.get(external_id="aki"), day=20)

    _learn()

    facts = ProductFacts.objects.get(product=soap)
    assert (facts.interval_days, facts.interval_source) == (40, "merchandiser")
    due = {one.sku for offer in _decide("aki").proposals for one in offer.products}
    assert due == {tea.sku}
    assert "soap" in {one.sku for offer in _decide("aki").trace or () for one in offer.candidates}


@pytest.mark.usefixtures("tea")
def test_recompute__implausible_price_and_quantity__are_capped_and_counted() -> None:
    line = OrderLine.objects.filter(order__customer__external_id="aki").latest("pk")
    OrderLine.objects.filter(pk=line.pk).update(unit_price_minor=2**53 - 1, quantity=2**31 - 1)

    counts = _learn()

    assert (counts["absurd_price_lines"], counts["absurd_quantity_lines"]) == (1, 1)
    facts = CustomerFacts.objects.get(customer__external_id="aki")
    assert (facts.spent_minor, facts.average_order_minor) == (2500, 500)
