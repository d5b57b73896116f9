"""Errors say what to change, in words."""

from typing import Any

import msgspec
import pytest

from gateway.api.documentation import schema_json
from gateway.api.problems import PROBLEMS
from tests.support.api_cast import Cast, problem_of

QUOTE = {"cart": [{"sku": "bread", "unit_price": {"amount": "320", "currency": "JPY"}}]}


def quote(**price: str) -> dict[str, Any]:
    return {"cart": [{"sku": "bread", "unit_price": {"amount": "320", "currency": "JPY"} | price}]}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("path", "body", "remedy"),
    [
        ("/api/v1/quotes", quote(amount="1,980"), "no separators between thousands"),
        ("/api/v1/quotes", quote(amount="¥1980"), "no separators between thousands"),
        ("/api/v1/quotes", quote(currency="jpy"), "in upper case: “JPY”, not “jpy”"),
        ("/api/v1/offers", {"placement": "the cart"}, "letters, digits, hyphens and underscores"),
        ("/api/v1/offers", {"placement": "cart", "customer": " c"}, "without white space at either end"),
        ("/api/v1/offers", {"placement": "cart", "locale": "日本語"}, "BCP 47"),
    ],
)
def test_text__that_does_not_match_its_pattern__is_explained_in_words(
    cast: Cast, path: str, body: dict[str, Any], remedy: str
) -> None:
    (error,) = problem_of(cast.server.post(path, body), 400, "invalid_request")["errors"]

    assert remedy in error["detail"]
    assert error["code"] == "bad_format"
    assert not {"^", "\\", "["} & set(error["detail"])


def test_pattern__each_in_the_document__has_a_sentence_and_no_look_around() -> None:
    found: list[dict[str, Any]] = []

    def collect(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                collect(item)
        elif isinstance(value, dict):
            if isinstance(value.get("pattern"), str):
                found.append(value)
            if {"in", "schema"} <= value.keys():  # a parameter has its description beside its schema
                value["schema"].setdefault("description", value.get("description"))
            for item in value.values():
                collect(item)

    collect(msgspec.json.decode(schema_json()))

    assert len(found) > 20
    assert [schema for schema in found if "(?" in schema["pattern"].replace("(?:", "")] == []
    assert [schema for schema in found if not schema["pattern"].endswith("$")] == []
    assert [schema for schema in found if not schema.get("description")] == []


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("origin", ["https://evil.example", "https://shop.example/", "http://shop.example"])
def test_origin__not_allowed__is_named(cast: Cast, origin: str) -> None:
    cast.page.headers = {"Origin": origin}

    problem = problem_of(cast.page.get("/api/v1/offers?placement=cart"), 403, "origin_not_allowed")

    assert repr(origin) in problem["detail"]


@pytest.mark.usefixtures("shop")
def test_origin__missing__says_which_key_to_use(cast: Cast) -> None:
    cast.page.headers = {}

    problem = problem_of(cast.page.get("/api/v1/offers?placement=cart"), 403, "origin_not_allowed")

    assert "no Origin header" in problem["detail"]


@pytest.mark.parametrize("path", ["/api/v1/offers/", "/api/v1/quotes/", "/api/v1/products/"])
def test_address__with_a_trailing_slash__says_to_remove_it(cast: Cast, path: str) -> None:
    problem = problem_of(cast.server.post(path, QUOTE), 404, "not_found")

    assert "remove the slash" in problem["detail"]


def test_address__unknown__says_nothing_of_slashes(cast: Cast) -> None:
    problem = problem_of(cast.server.post("/api/v1/offer", QUOTE), 404, "not_found")

    assert "slash" not in problem["detail"]


@pytest.mark.parametrize(
    ("body", "remedy"),
    [
        ('\ufeff{"placement": "cart"}'.encode(), "UTF-8 without a BOM"),
        ('{"placement": "cart"}'.encode("utf-16"), "Send it as UTF-8"),
    ],
)
def test_body__with_a_byte_order_mark__says_how_to_send_it(cast: Cast, body: bytes, remedy: str) -> None:
    problem = problem_of(cast.server.post("/api/v1/offers", body), 400, "malformed_json")

    assert remedy in problem["detail"]
    assert problem["title"] == PROBLEMS["malformed_json"][1]
