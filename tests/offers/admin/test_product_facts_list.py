"""The list of how products sell: the slowest first, each leads to its product."""

from datetime import date

import pytest
from django.urls import reverse

from catalog.models import Product
from offers.models import ProductFacts
from tests.support.admin_cast import Cast
from tests.support.learned_facts import publish_products

LIST = "admin:offers_productfacts_changelist"


@pytest.fixture
def products(db: None) -> list[Product]:
    del db
    products = [
        Product.objects.create(sku=sku, name=sku, currency="JPY", price_minor=100, stock=9)
        for sku in ("moves", "slow", "slower")
    ]
    rows = zip(products, (0.0, 0.6, 0.9), strict=True)
    publish_products([{"product": one, "sold": date(2026, 3, 1), "slowness": slow} for one, slow in rows])
    return products


@pytest.mark.usefixtures("products")
@pytest.mark.parametrize(
    ("query", "skus"),
    [({}, ["slower", "slow", "moves"]), ({"is_slow_mover__exact": "1"}, ["slower", "slow"])],
)
def test_list__shows_the_slowest_first(query: dict[str, str], skus: list[str], cast: Cast) -> None:
    listed = cast.analyst.get(reverse(LIST), query).context["cl"].result_list

    assert [facts.product.sku for facts in listed] == skus


@pytest.mark.usefixtures("products")
def test_list__without_permission__is_refused(cast: Cast) -> None:
    people = (cast.superuser, cast.merchandiser, cast.analyst, cast.outsider)

    assert [who.get(reverse(LIST)).status_code for who in people] == [200, 200, 200, 403]


def test_row__leads_to_the_product(products: list[Product], cast: Cast) -> None:
    facts = ProductFacts.objects.get(product=products[1])

    answer = cast.analyst.get(reverse("admin:offers_productfacts_change", args=[facts.pk]))

    assert answer["Location"] == reverse("admin:offers_productpartners_product", args=[products[1].pk])
