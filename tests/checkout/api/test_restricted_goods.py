"""Quotes name restricted goods, and price them: whether they may be sold is for the shop to decide."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from offers.models import Customer, CustomerAttribute, ProductExclusion
from tests.checkout.asking import URL, ask, cart, yen
from tests.offers.market import from_3000_yen, publish, stock_shop
from tests.support.api_cast import Cast


@pytest.fixture(autouse=True)
def goods(db: None) -> None:  # noqa: ARG001 (a fixture asks for another by its name)
    tea = stock_shop()["tea"]
    adult = CustomerAttribute.objects.create(code="age_confirmed", name_en="Age confirmed", type="yes_no")
    row = ProductExclusion.objects.create(
        name="Tea for adults", effect="restricted", attribute=adult, attribute_equals="yes"
    )
    row.products.add(tea)
    Customer.objects.create(external_id="adult", attributes={"age_confirmed": True})
    Customer.objects.create(external_id="child", attributes={"age_confirmed": False})
    publish()


@pytest.mark.parametrize(
    ("customer", "is_noted"), [(None, True), ("child", True), ("adult", False), ("stranger", True)]
)
def test_quote__restricted_goods__are_priced_and_noted_if_the_customer_lacks_the_attribute(
    cast: Cast, customer: str | None, is_noted: bool
) -> None:
    body: dict[str, Any] = {**cart(bread=1, tea=1), **({"customer": customer} if customer else {})}

    quote = ask(cast.server, body)

    expected = [("restricted", "/cart/1/sku")] if is_noted else []
    assert [(note["code"], note["pointer"]) for note in quote["notes"]] == expected
    assert quote["totals"]["total"] == yen(1320)


@pytest.mark.parametrize(("customer", "is_noted"), [("child", True), ("adult", False)])
def test_quote__gift_of_restricted_goods__is_given_and_noted(
    cast: Cast, customer: str, is_noted: bool
) -> None:
    from_3000_yen(Product.objects.get(sku="tea"))
    publish()

    quote = ask(cast.server, {**cart(bread=10), "customer": customer})

    assert [line["sku"] for line in quote["lines"] if line["gift_of"]] == ["tea"]
    expected = [("restricted", "/offers/from-3000")] if is_noted else []
    assert [(note["code"], note["pointer"]) for note in quote["notes"]] == expected


def test_quote__without_restricted_goods__asks_nothing_more(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for sku in ("bread", "tea"):
        cast.server.post(URL, {**cart(**{sku: 1}), "customer": "adult"})
        with django_assert_max_num_queries(40) as queries:
            ask(cast.server, {**cart(**{sku: 1}), "customer": "adult"})
        counts.append(len(queries))

    assert counts[1] == counts[0] + 1
