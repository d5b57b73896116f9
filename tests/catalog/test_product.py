from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Category, PriceChange, Product, Revision
from catalog.services.product import MoneyInput, Outcome, ProductInput, record_price_change, upsert_products

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = AT + timedelta(hours=1)


def an_item(**changes: Any) -> ProductInput:
    values: dict[str, Any] = {"sku": "tea", "name": "Tea", "price": MoneyInput(amount="500", currency="JPY")}
    return ProductInput(**(values | changes))


def upsert(*items: ProductInput, at: datetime = AT) -> list[Outcome]:
    return [verdict.outcome for verdict in upsert_products(items=items, at=at)]


def history() -> list[tuple[str, int, datetime]]:
    rows = PriceChange.objects.order_by("changed_at")
    return list(rows.values_list("currency", "price_minor", "changed_at"))


def errors(item: ProductInput) -> set[tuple[str, str]]:
    (verdict,) = upsert_products(items=[item], at=AT)
    assert (verdict.outcome is Outcome.REJECTED) is bool(verdict.errors)
    return {(error.pointer, error.code) for error in verdict.errors}


def test_upsert__new_product__is_created_with_its_first_price() -> None:
    assert upsert(an_item(category="Grocery > Tea", attributes={"g": 80})) == [Outcome.CREATED]

    product = Product.objects.get()
    assert (product.name, product.attributes, product.is_tax_included) == ("Tea", {"g": 80}, True)
    assert product.category == Category.objects.get(path="Grocery > Tea")
    assert (product.created_at, product.updated_at) == (AT, AT)
    assert history() == [("JPY", 500, AT)]


def test_upsert__absent_fields__are_unchanged() -> None:
    upsert(an_item(stock=5, brand="Uji", cost=MoneyInput(amount="300"), category="Tea"))

    assert upsert(ProductInput(sku="tea", name="Green tea"), at=LATER) == [Outcome.UPDATED]

    product = Product.objects.get()
    assert (product.name, product.stock, product.brand, product.cost_minor) == ("Green tea", 5, "Uji", 300)
    assert product.category is not None
    assert (product.created_at, product.updated_at) == (AT, LATER)
    assert history() == [("JPY", 500, AT)]


def test_upsert__null__clears_nullable_fields() -> None:
    upsert(an_item(stock=5, cost=MoneyInput(amount="300"), category="Tea", replenishment_days=30))

    upsert(ProductInput(sku="tea", stock=None, cost=None, category=None, replenishment_days=None))

    product = Product.objects.get()
    assert (product.stock, product.cost_minor, product.category) == (None, None, None)
    assert product.replenishment_days is None


def test_upsert__price_or_currency_changes__are_added_to_the_history() -> None:
    upsert(an_item())
    upsert(an_item(price=MoneyInput(amount="480")), at=LATER)
    upsert(an_item(price=MoneyInput(amount="4.80", currency="USD")), at=LATER + timedelta(hours=1))
    upsert(an_item(price=MoneyInput(amount="4.80", currency="USD"), name="x"), at=LATER + timedelta(hours=2))

    assert [(currency, price) for currency, price, _at in history()] == [
        ("JPY", 500),
        ("JPY", 480),
        ("USD", 480),
    ]


def test_upsert__two_prices_at_one_time__the_last_one_wins() -> None:
    upsert(an_item())
    upsert(an_item(price=MoneyInput(amount="480")))

    assert history() == [("JPY", 480, AT)]


def test_upsert__same_data__is_unchanged_and_raises_no_revision() -> None:
    item = an_item(attributes={"a": True, "big": 1e15, "small": 1e-7, "list": [1.0, None]}, category="Tea")
    upsert(item)

    assert upsert(item, at=LATER) == [Outcome.UNCHANGED]
    assert Revision.objects.get(domain="catalog").number == 1


def test_upsert__true_for_one_in_attributes__is_a_change() -> None:
    upsert(an_item(attributes={"a": 1}))

    assert upsert(an_item(attributes={"a": True})) == [Outcome.UPDATED]
    assert Product.objects.get().attributes == {"a": True}


def test_upsert__duplicate_sku_in_a_batch__only_the_first_is_accepted() -> None:
    verdicts = upsert_products(items=[an_item(sku="AB-1"), an_item(sku="ＡＢ－１", name="Twin")], at=AT)

    assert [verdict.outcome for verdict in verdicts] == [Outcome.CREATED, Outcome.REJECTED]
    (error,) = verdicts[1].errors
    assert (error.pointer, error.code) == ("/sku", "duplicate")
    assert error.detail == "Duplicate SKU: item 0 has the same one."
    assert Product.objects.get().name == "Tea"


def test_upsert__bad_item_between_good_ones__only_it_is_rejected() -> None:
    outcomes = upsert(an_item(sku="a"), an_item(sku="b", stock=-1), an_item(sku="c"))

    assert outcomes == [Outcome.CREATED, Outcome.REJECTED, Outcome.CREATED]


def test_upsert__any_number_of_items__takes_the_same_number_of_queries() -> None:
    counts = []
    for size in (2, 1500):
        items = [an_item(sku=f"{size}-{n}", category=f"{size} > c{n}") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            upsert(*items)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"sku": "a b"}, "/sku", "invalid"),
        ({"sku": "a\x00"}, "/sku", "invalid"),
        ({"sku": "\ud800"}, "/sku", "invalid"),
        ({"sku": " "}, "/sku", "required"),
        ({"name": "x" * 256}, "/name", "too_long"),
        ({"name": "a\x00"}, "/name", "invalid_characters"),
        ({"brand": "\udfff"}, "/brand", "invalid_characters"),
        ({"price": MoneyInput(amount="1.5", currency="JPY")}, "/price/amount", "too_many_decimals"),
        ({"price": MoneyInput(amount="-1", currency="JPY")}, "/price/amount", "out_of_range"),
        ({"price": MoneyInput(amount=str(2**53), currency="JPY")}, "/price/amount", "out_of_range"),
        ({"price": MoneyInput(amount="1e3", currency="JPY")}, "/price/amount", "invalid"),
        ({"price": MoneyInput(amount="１", currency="JPY")}, "/price/amount", "invalid"),
        ({"price": MoneyInput(amount="1", currency="XAU")}, "/price/currency", "unknown_currency"),
        ({"cost": MoneyInput(amount="1", currency="USD")}, "/cost/currency", "currency_mismatch"),
        ({"tax_rate": "8"}, "/tax_rate", "out_of_range"),
        ({"tax_rate": "0.07625"}, "/tax_rate", "too_many_decimals"),
        ({"stock": 2**31}, "/stock", "out_of_range"),
        ({"stock": True}, "/stock", "type"),
        ({"stock": 2**70}, "/stock", "out_of_range"),
        ({"hidden": 1}, "/hidden", "type"),
        ({"image_url": "javascript:alert(1)"}, "/image_url", "invalid_url"),
        ({"page_url": "ftp://x.jp/a"}, "/page_url", "invalid_url"),
        ({"category": "a > > b"}, "/category", "invalid"),
        ({"attributes": {"a": "\x00"}}, "/attributes", "invalid_characters"),
        ({"attributes": {"\ud800": 1}}, "/attributes", "invalid_characters"),
        ({"attributes": {"a": float("nan")}}, "/attributes", "out_of_range"),
        ({"attributes": {"a": 2**60}}, "/attributes", "out_of_range"),
        ({"attributes": {"a": "x" * 20_000}}, "/attributes", "too_large"),
        ({"attributes": {"a": [[[[[[]]]]]]}}, "/attributes", "too_deep"),
        ({"replenishment_days": 0}, "/replenishment_days", "out_of_range"),
    ],
)
def test_upsert__bad_value__is_refused_with_a_pointer(
    changes: dict[str, Any], pointer: str, code: str
) -> None:
    assert errors(an_item(**changes)) == {(pointer, code)}
    assert not Product.objects.exists()


def test_upsert__new_product_without_name_or_price__is_refused() -> None:
    assert errors(ProductInput(sku="tea")) == {("/name", "required"), ("/price", "required")}


def test_upsert__currency_changes_without_the_cost__is_refused() -> None:
    upsert(an_item(cost=MoneyInput(amount="300")))

    assert errors(an_item(price=MoneyInput(amount="5", currency="USD"))) == {("/cost", "currency_mismatch")}


def test_price_change__recorded_twice__is_stored_once() -> None:
    product = Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=500)

    assert record_price_change(product=product, at=AT)
    assert not record_price_change(product=product, at=LATER)
    assert history() == [("JPY", 500, AT)]
