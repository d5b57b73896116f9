"""A customer without orders gets what customers like them buy: from the call of the shop to the offer."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from analytics.services import recompute
from analytics.stats.settings import LearningSettings
from catalog.models import Product
from checkout.models import Order, OrderLine
from offers.models import Customer, CustomerAttribute, Offer, OfferStrategy, Placement
from tests.analytics.shop import OPENED_AT
from tests.support.api_cast import Cast, body_of, cast
from tests.support.recompute import learn_now

__all__ = ["cast"]

pytestmark = pytest.mark.django_db

SKINS = ("dry", "oily", "mixed", "normal")
CUSTOMERS = 800
# Products for each skin type, and products for all.
OWN, SHARED = 8, 12
SLOTS = 3


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Create customers who order once, mostly products for their skin type; then learn from them."""
    skin = CustomerAttribute.objects.create(code="skin", name_en="Skin", type="choice")
    for place, code in enumerate(SKINS):
        skin.choices.create(code=code, name_en=code, position=place)
    offer = Offer.objects.create(
        code="first", name="First", kind="cross_sell", currency="JPY", max_proposals=SLOTS
    )
    offer.placements.add(Placement.objects.create(code="home", name="Home", slot_count=SLOTS))
    for place, strategy in enumerate(("recommended", "popular")):
        OfferStrategy.objects.create(offer=offer, strategy=strategy, position=place)
    place_orders()
    settings = LearningSettings(fit_min_baskets=20, fit_baskets=50, ease_product_limit=10)
    monkeypatch.setattr(recompute, "learning_settings", lambda: settings)
    learn_now()


def place_orders() -> None:
    rng = np.random.default_rng(7)
    names = [f"{skin}-{n}" for skin in SKINS for n in range(OWN)] + [f"all-{n}" for n in range(SHARED)]
    goods = Product.objects.bulk_create(
        Product(sku=name, name=name, currency="JPY", price_minor=500) for name in names
    )
    customers = Customer.objects.bulk_create(
        Customer(external_id=f"c-{n}", attributes={"skin": SKINS[n % len(SKINS)]}) for n in range(CUSTOMERS)
    )
    orders = Order.objects.bulk_create(
        Order(
            order_id=f"o-{n}", customer=one, placed_at=OPENED_AT + timedelta(minutes=20 * n), currency="JPY"
        )
        for n, one in enumerate(customers)
    )
    lines = []
    for n, order in enumerate(orders):
        own = n % len(SKINS) * OWN + rng.choice(OWN, 3, replace=False)
        chosen = np.where(rng.random(3) < 0.8, own, len(SKINS) * OWN + rng.integers(SHARED, size=3))
        lines += [
            OrderLine(order=order, position=place, product=goods[row], quantity=1, unit_price_minor=500)
            for place, row in enumerate(np.unique(chosen).tolist(), 1)
        ]
    OrderLine.objects.bulk_create(lines)


def offered(cast: Cast, **asked: Any) -> list[str]:
    offers = body_of(cast.server.post("/api/v1/offers", {"placement": "home"} | asked))["offers"]
    return [offer["products"][0]["sku"] for offer in offers]


@pytest.mark.usefixtures("shop")
def test_new_customer__with_attributes_alone__is_offered_what_customers_like_them_buy(cast: Cast) -> None:
    for skin in SKINS:
        cast.server.put(f"/api/v1/customers/new-{skin}", {"attributes": {"skin": skin}})
    for_each = {skin: offered(cast, customer=f"new-{skin}") for skin in SKINS}
    refusal = {"purpose": "personalisation", "granted": False, "stated_at": "2026-11-20T03:00:00Z"}
    cast.server.put("/api/v1/customers/new-dry", {"consents": [refusal]})

    assert {skin: {sku.partition("-")[0] for sku in skus} for skin, skus in for_each.items()} == {
        skin: {skin} for skin in SKINS
    }
    best_sellers = offered(cast)
    assert len(best_sellers) == SLOTS
    assert offered(cast, customer="new-dry") == best_sellers != for_each["dry"]
