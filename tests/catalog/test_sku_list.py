"""Lists of SKUs that are pasted into product fields."""

import pytest
from django.urls import reverse

from catalog.admin.sku_list import find_listed
from catalog.models import Product
from tests.support.admin_cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def goods(db: None) -> None:
    del db
    Product.objects.bulk_create(
        Product(sku=sku, name=f"Name of {sku}", currency="JPY", price_minor=100)
        for sku in ("A-1", "A-2", "B,3")
    )


@pytest.mark.parametrize(
    "text",
    [
        "A-1 A-2",
        "A-1,A-2",
        "A-1、A-2",
        "A-1\u3000A-2",
        "A-1\r\nA-2\r\n",
        " Ａ-１ ；A-2;A-1",
        "A-1\t,\tA-2",
        '"A-1","A-2"',
        "A-1|A-2",
    ],
)
def test_list__however_it_is_separated__names_each_product_once(text: str) -> None:
    found, unknown = find_listed(text)

    assert [product.sku for product in found] == ["A-1", "A-2"]
    assert unknown == []


def test_list__of_a_sku_with_a_comma_and_unknown_ones__tells_them_apart() -> None:
    found, unknown = find_listed("B,3 X-1,A-2,X-1 \0 x\ud800")

    assert [product.sku for product in found] == ["B,3", "A-2"]
    assert unknown == ["X-1", "\0", "x\ud800"]


def test_address__answers_in_words_and_only_those_who_may_see_products(cast: Cast) -> None:
    address = reverse("admin:catalog_product_skus")

    answer = cast.merchandiser.post(address, {"text": "A-2,NONE"}).json()

    assert answer["found"] == [{"id": str(Product.objects.get(sku="A-2").pk), "text": "Name of A-2 (A-2)"}]
    assert answer["message"] == "1 product was found. 1 SKU is unknown: NONE"
    assert cast.outsider.post(address, {"text": "A-2"}).status_code == 403
    assert cast.merchandiser.get(address).status_code == 405
