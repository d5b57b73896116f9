from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from django.db import connection

from catalog.models import Category, Product
from engine.learned.generations import PARTNER, POPULAR, PURCHASE, GenerationData, Records
from offers.models import Customer, CustomerHistory, Generation, PopularProducts, ProductPartners
from offers.services import generation as module
from offers.services.generation import KEPT_GENERATIONS, publish_generation

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)


def records(dtype: np.dtype[np.void], *products: int) -> Records:
    made = np.zeros(len(products), dtype)
    made["product"] = products
    made["orders"] = range(len(products), 0, -1)
    return made


def learned(products: list[int], categories: list[int], customers: list[int]) -> GenerationData:
    """Return data in which each product, category and customer has a list of one: the first product."""

    def lists(dtype: np.dtype[np.void], keys: list[int]) -> tuple[Any, Any, Any]:
        return np.array(keys), np.arange(len(keys) + 1), records(dtype, *[products[0]] * len(keys))

    keys, starts, partners = lists(PARTNER, products)
    groups, group_starts, popular = lists(POPULAR, categories)
    buyers, buyer_starts, purchases = lists(PURCHASE, customers)
    return GenerationData(
        data_until=AT,
        order_count=3,
        counted_order_count=3,
        line_count=5,
        pair_count=1,
        products=keys,
        product_orders=np.full(len(keys), 2),
        partner_starts=starts,
        partners=partners,
        categories=groups,
        popular_starts=group_starts,
        popular=popular,
        customers=buyers,
        purchase_starts=buyer_starts,
        purchases=purchases,
    )


@pytest.fixture
def data() -> GenerationData:
    products = [
        Product.objects.create(sku=sku, name=sku, currency="JPY", price_minor=1).pk for sku in ("tea", "cup")
    ]
    category = Category.objects.create(name="Drinks", path="Drinks")
    customer = Customer.objects.create(external_id="aki")
    return learned(products, [0, category.pk], [customer.pk])


def test_generation__published__contains_every_list(data: GenerationData) -> None:
    generation = publish_generation(data=data, at=AT).generation

    assert (generation.published_at, generation.data_until) == (AT, AT)
    assert (generation.order_count, generation.product_count, generation.pair_count) == (3, 2, 1)
    stored = ProductPartners.objects.get(product__sku="cup")
    assert bytes(stored.partners) == data.partners[1:2].tobytes()
    categories = PopularProducts.objects.filter(generation=generation).values_list(
        "category__name", flat=True
    )
    assert set(categories) == {None, "Drinks"}
    assert (
        bytes(CustomerHistory.objects.get(customer__external_id="aki").purchases) == data.purchases.tobytes()
    )


def test_generation__rows_deleted_since_reading__are_left_out(data: GenerationData) -> None:
    Product.objects.get(sku="cup").delete()
    Category.objects.all().delete()
    Customer.objects.all().delete()

    generation = publish_generation(data=data, at=AT).generation
    connection.check_constraints()

    assert generation.product_count == 1
    assert ProductPartners.objects.get().product.sku == "tea"
    assert PopularProducts.objects.get().category is None
    assert not CustomerHistory.objects.exists()


def test_generation__failure_midway__leaves_the_one_before(
    data: GenerationData, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = publish_generation(data=data, at=AT).generation

    def fail() -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(module, "_prune", fail)
    with pytest.raises(RuntimeError, match="disk"):
        publish_generation(data=data, at=AT)

    assert list(Generation.objects.all()) == [before]
    assert ProductPartners.objects.count() == 2
    assert CustomerHistory.objects.count() == 1


def test_generation__many__keep_the_last_few(data: GenerationData) -> None:
    published = [publish_generation(data=data, at=AT).generation.pk for _ in range(KEPT_GENERATIONS + 2)]

    kept = list(Generation.objects.order_by("pk").values_list("pk", flat=True))
    assert kept == published[-KEPT_GENERATIONS:]
    assert PopularProducts.objects.count() == 2 * KEPT_GENERATIONS
    assert ProductPartners.objects.count() == 2


def test_generation__the_same_again__touches_no_row(data: GenerationData) -> None:
    publish_generation(data=data, at=AT)

    again = publish_generation(data=data, at=AT)

    assert (again.written_count, again.untouched_count) == (0, 3)


def test_generation__one_other_list__writes_one_row(data: GenerationData) -> None:
    publish_generation(data=data, at=AT)
    data.partners["orders"][1] += 1

    again = publish_generation(data=data, at=AT)

    assert (again.partners.written_count, again.partners.untouched_count) == (1, 1)
    stored = ProductPartners.objects.get(product__sku="cup")
    assert bytes(stored.partners) == data.partners[1:2].tobytes()


def test_generation__product_without_partners_now__loses_its_row(data: GenerationData) -> None:
    publish_generation(data=data, at=AT)

    again = publish_generation(data=learned(data.products[:1].tolist(), [0], []), at=AT)

    assert (again.partners.removed_count, ProductPartners.objects.count()) == (1, 1)


def test_generation__history_of_a_customer_without_orders_now__is_gone(data: GenerationData) -> None:
    publish_generation(data=data, at=AT)

    publish_generation(data=learned(data.products.tolist(), [0], []), at=AT)

    assert not CustomerHistory.objects.exists()


def test_generation__nothing_learned__is_published_empty() -> None:
    generation = publish_generation(data=learned([1], [], []), at=AT).generation

    assert generation.product_count == 0
