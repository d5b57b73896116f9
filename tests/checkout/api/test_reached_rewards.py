"""The products that reach a threshold: charged as shown and credited to the offer."""

from typing import Any

import pytest
from django.utils.timezone import now

from catalog.models import Category, Product
from checkout.models import LineAttribution
from offers.models import Placement
from tests.checkout.asking import ask, cart, told, yen
from tests.checkout.charging import charge
from tests.offers.market import from_3000_yen, publish, stock_shop
from tests.support.api_cast import Cast, body_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def goods(db: None) -> dict[str, Product]:  # noqa: ARG001 (a fixture asks for another by its name)
    """Sell all on one shelf, so that each is like the others, with 500 yen off from 3,000 on."""
    goods = stock_shop()
    Product.objects.update(category=Category.objects.create(name="Grocery", path="Grocery"))
    offer = from_3000_yen(None, benefit_kind="amount", benefit_value=500)
    offer.placements.add(Placement.objects.create(code="cart", name="Cart", slot_count=4))
    publish()
    return goods


def decide(cast: Cast, **quantities: int) -> Any:
    response = cast.server.post("/api/v1/offers", {"placement": "cart", **cart(**quantities)})
    return body_of(response)


def test_threshold__each_product_that_reaches_it__is_charged_as_shown(cast: Cast) -> None:
    (offer,) = decide(cast, tea=2)["offers"]

    assert offer["missing"] == {"spend": yen(1000)}
    assert {one["sku"] for one in offer["reached_by"]} == {"mug", "oolong"}
    for one in offer["reached_by"]:
        quote = ask(cast.server, cart(tea=2, **{one["sku"]: one["quantity"]}))
        assert told(quote) == {"from-3000": "applied"}
        assert one["offer_price"] in [line["total"] for line in quote["lines"] if line["sku"] == one["sku"]]


@pytest.mark.parametrize("by", ["acceptance", "order"])
def test_threshold__product_that_reached_it__is_credited_to_the_offer(cast: Cast, by: str) -> None:
    decision = decide(cast, tea=2)["decision_id"]

    if by == "acceptance":
        accept = [{"decision_id": decision, "offer": "from-3000"}]
        charge(cast.server, "2026-1", {"accept": accept}, tea=2, mug=1)
    else:
        lines = [{"sku": "mug", "quantity": 1, "unit_price": "1013", "decision_id": decision}]
        cast.server.put("/api/v1/orders/2026-1", {"placed_at": now().isoformat(), "lines": lines})

    credit = LineAttribution.objects.select_related("line__product").get()
    assert (credit.line.product.sku, credit.offer_code) == ("mug", "from-3000")
