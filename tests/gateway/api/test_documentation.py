"""The OpenAPI document and its pages."""

import re

import pytest

from tests.support.api_cast import Caller, body_of

pytestmark = pytest.mark.django_db


def test_schema__is_openapi_3_1_with_every_endpoint() -> None:
    response = Caller().get("/api/schema")

    document = body_of(response)
    assert response.status_code == 200
    assert document["openapi"].startswith("3.1")
    assert sorted((path, method) for path, item in document["paths"].items() for method in item) == [
        ("/api/v1/customers", "post"),
        ("/api/v1/customers/{customer_id}", "get"),
        ("/api/v1/customers/{customer_id}", "put"),
        ("/api/v1/customers/{customer_id}/merge", "post"),
        ("/api/v1/customers/{customer_id}/preferences", "get"),
        ("/api/v1/customers/{customer_id}/preferences", "patch"),
        ("/api/v1/customers/{customer_id}/preferences/link", "post"),
        ("/api/v1/events", "post"),
        ("/api/v1/offers", "get"),
        ("/api/v1/offers", "post"),
        ("/api/v1/orders/{order_id}", "get"),
        ("/api/v1/orders/{order_id}", "put"),
        ("/api/v1/orders/{order_id}/refunds", "post"),
        ("/api/v1/products", "post"),
        ("/api/v1/quotes", "post"),
        ("/api/v1/quotes/{quote_id}/commit", "post"),
        ("/api/v1/quotes/{quote_id}/extend", "post"),
        ("/api/v1/quotes/{quote_id}/redeem", "post"),
        ("/api/v1/quotes/{quote_id}/release", "post"),
        ("/livez", "get"),
        ("/readyz", "get"),
    ]


def test_schema__references__all_resolve() -> None:
    response = Caller().get("/api/schema")

    names = set(re.findall(rb'"#/components/schemas/([^"]+)"', response.content))

    assert names
    assert {name.decode() for name in names} <= set(body_of(response)["components"]["schemas"])


def test_docs__load_nothing_from_other_hosts() -> None:
    response = Caller().get("/api/docs")

    page = response.content.decode()
    assert response.status_code == 200
    assert "/api/schema" in page
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)


def test_schema__sku_of_a_product__has_its_pattern() -> None:
    schemas = body_of(Caller().get("/api/schema"))["components"]["schemas"]

    sku = schemas["ProductItem"]["properties"]["sku"]

    assert (sku["minLength"], sku["maxLength"]) == (1, 64)
    assert [bool(re.search(sku["pattern"].replace("$", r"\Z"), text)) for text in ("AB-1", "a b", "a\n")] == [
        True,
        False,
        False,
    ]
