"""POST /api/v1/products: the catalogue, in bulk."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Product
from tests.support.api_cast import Cast, body_of, problem_of

URL = "/api/v1/products"


def product(sku: str = "bread", **changes: Any) -> dict[str, Any]:
    return {"sku": sku, "name": "Bread", "price": {"amount": "320", "currency": "JPY"}, **changes}


def test_products__new_and_again__are_created_then_unchanged(cast: Cast) -> None:
    first = body_of(cast.server.post(URL, {"products": [product(stock=3)]}))
    again = body_of(cast.server.post(URL, {"products": [product(stock=3)]}))
    changed = body_of(cast.server.post(URL, {"products": [{"sku": "bread", "stock": None}]}))

    assert first == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "products": [{"index": 0, "sku": "bread", "outcome": "created", "errors": []}],
    }
    assert (again["unchanged"], changed["updated"]) == (1, 1)
    assert Product.objects.values("sku", "price_minor", "stock").get() == {
        "sku": "bread",
        "price_minor": 320,
        "stock": None,
    }


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown field": ({"colour": "red"}, "/colour", "unknown_field"),
    "unknown money field": ({"price": {"amount": "1", "tax": "0"}}, "/price/tax", "unknown_field"),
    "price number": ({"price": {"amount": 320, "currency": "JPY"}}, "/price/amount", "wrong_type"),
    "price full width": ({"price": {"amount": "３２０"}}, "/price/amount", "invalid"),
    "price negative": ({"price": {"amount": "-1"}}, "/price/amount", "out_of_range"),
    "price of half a yen": ({"price": {"amount": "0.5"}}, "/price/amount", "too_many_decimals"),
    "currency": ({"price": {"amount": "1", "currency": "XXQ"}}, "/price/currency", "unknown_currency"),
    "stock float": ({"stock": 1.0}, "/stock", "not_an_integer"),
    "stock beyond 2^31": ({"stock": 2**31}, "/stock", "out_of_range"),
    "sku": ({"sku": "a b"}, "/sku", "invalid"),
    "sku number": ({"sku": 1}, "/sku", "wrong_type"),
    "image": ({"image_url": "javascript:alert(1)"}, "/image_url", "invalid_url"),
    "attributes": ({"attributes": [1]}, "/attributes", "wrong_type"),
}


@pytest.mark.parametrize(("change", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_products__one_wrong__does_not_lose_the_others(
    cast: Cast, change: dict[str, Any], pointer: str, code: str
) -> None:
    items = [product("a"), product("b") | change, product("c")]

    response = cast.server.post(URL, {"products": items})

    answer = body_of(response)
    assert (response.status_code, answer["created"], answer["rejected"]) == (200, 2, 1)
    assert [one["index"] for one in answer["products"]] == [0, 1, 2]
    (error,) = answer["products"][1]["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


def test_products__no_object_at_all__is_rejected(cast: Cast) -> None:
    answer = body_of(cast.server.post(URL, {"products": [1, None, [], product()]}))

    assert (answer["created"], answer["rejected"]) == (1, 3)


@pytest.mark.parametrize("count", [0, 1001])
def test_products__none_or_too_many__is_400(cast: Cast, count: int) -> None:
    response = cast.server.post(URL, {"products": [product()] * count})

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert (error["pointer"], error["code"]) == ("/products", "bad_length")


def test_products__a_thousand__take_constant_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    items = [product(f"sku-{number}") for number in range(1000)]

    with django_assert_max_num_queries(12):
        answer = body_of(cast.server.post(URL, {"products": items}))

    assert answer["created"] == 1000
