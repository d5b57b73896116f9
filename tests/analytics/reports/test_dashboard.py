"""The first page names offers whose conditions refer to something deleted."""

from typing import Any

import pytest

from catalog.models import Product
from offers.models import Offer
from tests.support.admin_cast import Cast
from tests.support.admin_shop import build_catalogue


@pytest.fixture
def teas(db: None) -> list[Product]:
    """Five teas, and an offer for carts with each of the first two."""
    del db
    teas = build_catalogue(5)
    for number, tea in enumerate(teas[:2]):
        add_offer(f"with-{number}", tea)
    return teas


def add_offer(code: str, tea: Product, **columns: Any) -> None:
    node = {"type": "cart_product", "op": "contains", "products": [tea.pk]}
    other = {"type": "cart_units", "op": "at_least", "count": 1}
    conditions = {"version": 1, "match": "any", "nodes": [node, other]}
    Offer.objects.create(
        code=code, name=f"Offer {code}", kind="cross_sell", currency="JPY", conditions=conditions, **columns
    )


def test_dashboard__after_a_deletion__names_the_offers_with_a_condition_on_it(
    teas: list[Product], cast: Cast, django_assert_max_num_queries: Any
) -> None:
    add_offer("paused", teas[0], is_active=False)
    with django_assert_max_num_queries(100) as before:
        page = cast.analyst.get("/admin/").text
    assert "conditions on something deleted" not in page

    Product.objects.filter(pk=teas[0].pk).delete()
    with django_assert_max_num_queries(len(before) + 2):
        page = cast.analyst.get("/admin/").text

    section = page.split("Active offers with conditions on something deleted")[1].split("</section>")[0]
    assert "Offer with-0" in section
    assert f"For shoppers with [deleted: {teas[0].pk}] in the cart" in section
    assert "Offer with-1" not in section
    assert "Offer paused" not in section
