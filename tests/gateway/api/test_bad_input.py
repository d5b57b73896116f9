"""Malformed input, sent to every endpoint that reads JSON."""

from typing import Any

import pytest

from tests.support.api_cast import Cast, body_of, problem_of

ROUTES = (
    ("POST", "/api/v1/offers", b'{"placement": "cart", "exclude": %s}'),
    ("POST", "/api/v1/events", b'{"events": [{"event_id": %s}]}'),
    ("POST", "/api/v1/products", b'{"products": [{"sku": %s}]}'),
    ("POST", "/api/v1/customers", b'{"customers": [{"id": %s}]}'),
    ("PUT", "/api/v1/customers/1", b'{"attributes": {"a": %s}}'),
    ("POST", "/api/v1/customers/1/merge", b'{"from": %s}'),
    ("PUT", "/api/v1/orders/1", b'{"placed_at": %s}'),
    ("POST", "/api/v1/orders/1/refunds", b'{"lines": [{"line": %s}]}'),
    ("POST", "/api/v1/quotes", b'{"cart": [{"sku": %s}]}'),
    ("POST", "/api/v1/quotes/x/redeem", b'{"cart": [{"sku": %s}]}'),
    ("POST", "/api/v1/quotes/x/commit", b'{"order_id": %s}'),
    ("POST", "/api/v1/quotes/x/release", b'{"x": %s}'),
)
DEEP = b"[" * 33 + b"]" * 33
# body → code of the problem; %s places the value somewhere inside an otherwise fitting body.
BODIES = {
    "blank": (b"  ", "malformed_json"),
    "text": (b"hello", "malformed_json"),
    "cut short": (b'{"a": [1, 2', "malformed_json"),
    "trailing": (b"{} {}", "malformed_json"),
    "comment": (b"{} // no", "malformed_json"),
    "single quotes": (b"{'a': 1}", "malformed_json"),
    "byte order mark": (b"\xef\xbb\xbf{}", "malformed_json"),
    "UTF-16": ("{}".encode("utf-16"), "malformed_json"),
    "Latin-1": ('{"é": 1}'.encode("latin-1"), "malformed_json"),
    "overlong UTF-8": (b'{"\xc0\xaf": 1}', "malformed_json"),
    "surrogate in UTF-8": (b'{"\xed\xa0\x80": 1}', "malformed_json"),
    "control character": (b'{"a\tb": 1}', "malformed_json"),
    "unclosed nesting": (b"[" * 60_000, "too_deep"),
    "nesting": (DEEP, "too_deep"),
    "nesting of objects": (b'{"a":' * 40 + b"1" + b"}" * 40, "too_deep"),
    "a number of 5,000 digits": (b'{"a": ' + b"9" * 5000 + b"}", "invalid_request"),
    "an array": (b"[]", "invalid_request"),
    "null": (b"null", "invalid_request"),
    "a number": (b"1e3", "invalid_request"),
    "an unknown field": (b'{"surprise": 1}', "invalid_request"),
    "a key twice": (b'{"a": 1, "a": 1}', "duplicate_key"),
    "a key twice, escaped": (b'{"a": 1, "\\u0061": 1}', "duplicate_key"),
    "a key twice, inside": (b'{"a": [{"b": {"c": 1, "c": 2}}]}', "duplicate_key"),
}
VALUES = {
    "NUL": (b'["a\\u0000b"]', "nul_character"),
    "NUL in a key": (b'{"a\\u0000b": 1}', "nul_character"),
    "an integer beyond 2^53": (b"9007199254740992", "out_of_range"),
    "a negative integer beyond 2^53": (b"[-9007199254740992]", "out_of_range"),
}
SYNTAX = {
    "NaN": b"NaN",
    "Infinity": b"-Infinity",
    "a leading zero": b"[01]",
    "a lone high surrogate": b'["\\ud800"]',
    "a lone low surrogate": b'["\\udc00x"]',
    "a reversed pair": b'["\\udc00\\ud800"]',
}

pytestmark = pytest.mark.usefixtures("shop")


@pytest.mark.parametrize(("body", "code"), BODIES.values(), ids=BODIES)
def test_body__malformed__is_400(cast: Cast, body: bytes, code: str) -> None:
    for method, path, _template in ROUTES:
        problem_of(cast.server.send(method, path, body), 400, code)


@pytest.mark.parametrize(
    ("body", "place"),
    [(b'{"a": [1, 2', "(byte 11)"), (b"{} {}", "(byte 3)"), ('{"茶": 1 "b" 2}'.encode(), "(byte 10)")],
    ids=["cut short", "trailing", "no comma"],
)
def test_body__invalid_json__names_the_position(cast: Cast, body: bytes, place: str) -> None:
    assert place in problem_of(cast.server.send("POST", ROUTES[0][1], body), 400, "malformed_json")["detail"]


NOT_TEXT = {
    "Latin-1": (b'{"a": ["x", "\xe9"]}', "/a/1", "invalid_utf8", "Byte 13 "),
    "Latin-1 in a key": (b'{"a": {"\xe9": 1}}', "/a", "invalid_utf8", "Byte 8 "),
    "high surrogate": (b'{"a": {"b": "\\ud800"}}', "/a/b", "lone_surrogate", ""),
    "low surrogate in a key": (b'{"\\udc00": {"b": "\\u0000"}}', "", "lone_surrogate", ""),
    "NUL under it": (b'{"a": "\\u0000", "\\udc00": 1}', "", "lone_surrogate", ""),
}


@pytest.mark.parametrize(("body", "pointer", "code", "said"), NOT_TEXT.values(), ids=NOT_TEXT)
def test_body__with_invalid_text__has_a_pointer(
    cast: Cast, body: bytes, pointer: str, code: str, said: str
) -> None:
    for method, path, _template in ROUTES:
        problem = problem_of(cast.server.send(method, path, body), 400, "malformed_json")

        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
        assert said in problem["detail"]


@pytest.mark.parametrize(("value", "code"), VALUES.values(), ids=VALUES)
def test_body__unsafe_value__is_400_with_its_pointer(cast: Cast, value: bytes, code: str) -> None:
    for method, path, template in ROUTES:
        response = cast.server.send(method, path, template % value)

        (error,) = problem_of(response, 400, "invalid_request")["errors"]
        assert error["code"] == code
        assert error["pointer"].startswith("/")


@pytest.mark.parametrize("value", SYNTAX.values(), ids=SYNTAX)
def test_body__invalid_json_inside__is_never_recorded(cast: Cast, value: bytes) -> None:
    for method, path, template in ROUTES:
        response = cast.server.send(method, path, template % value)

        if response.status_code == 400:
            assert body_of(response)["code"] in ("malformed_json", "invalid_request")
        else:
            assert b'"rejected":[{"index":0' in response.content or b'"rejected":1' in response.content


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json; charset=utf-16",
        "application/json; charset=utf-8; x=y",
        "application/jsonx",
        "application/xml",
    ],
)
def test_body__other_media_type__is_415(cast: Cast, content_type: str) -> None:
    for method, path, _template in ROUTES:
        problem_of(cast.server.send(method, path, b"{}", content_type), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "content_type",
    ["application/json; charset=utf-8", "Application/JSON", 'application/json;charset="UTF-8"'],
)
def test_body__json_with_charset__is_read(cast: Cast, content_type: str) -> None:
    response = cast.server.send("POST", "/api/v1/offers", b'{"placement": "cart"}', content_type)

    assert response.status_code == 200


def test_body__compressed__is_415(cast: Cast) -> None:
    for method, path, _template in ROUTES:
        response = cast.server.send(method, path, b"\x1f\x8b", Content_Encoding="gzip")

        problem_of(response, 415, "unsupported_media_type")


def test_body__too_large__is_413(cast: Cast) -> None:
    for method, path, _template in ROUTES:
        response = cast.server.send(method, path, b" " * 2_200_000 + b"{}")

        problem_of(response, 413, "body_too_large")


def test_body__chunked__is_411(cast: Cast) -> None:
    response: Any = cast.server.client.generic(
        "POST",
        "/api/v1/offers",
        headers={"Authorization": f"Bearer {cast.server.key}", "Transfer-Encoding": "chunked"},
        CONTENT_TYPE="application/json",
        CONTENT_LENGTH="",
    )

    problem_of(response, 411, "length_required")


def test_body__empty__is_400(cast: Cast) -> None:
    for method, path, _template in ROUTES:
        problem_of(cast.server.send(method, path), 400, "empty_body")


def line(**line: object) -> dict[str, object]:
    return {"placement": "cart", "cart": [{"sku": "a", **line}]}


OFFERS_FIELDS = {
    "no placement": ({}, "/placement", "required"),
    "placement null": ({"placement": None}, "/placement", "wrong_type"),
    "placement number": ({"placement": 1}, "/placement", "wrong_type"),
    "placement newline": ({"placement": "cart\n"}, "/placement", "bad_format"),
    "unknown": ({"placement": "cart", "a/b~c": 1}, "/a~1b~0c", "unknown_field"),
    "unknown inside": (line(price=1), "/cart/0/price", "unknown_field"),
    "quantity float": (line(quantity=1.5), "/cart/0/quantity", "not_an_integer"),
    "quantity text": (line(quantity="１"), "/cart/0/quantity", "wrong_type"),
    "quantity true": (line(quantity=True), "/cart/0/quantity", "wrong_type"),
    "quantity 0": (line(quantity=0), "/cart/0/quantity", "out_of_range"),
    "quantity 2^31": (line(quantity=2**31), "/cart/0/quantity", "out_of_range"),
    "SKU empty": ({"placement": "cart", "product": ""}, "/product", "bad_format"),
    "SKU long": ({"placement": "cart", "product": "x" * 65}, "/product", "bad_format"),
    "customer blank": ({"placement": "cart", "customer": " "}, "/customer", "bad_format"),
    "limit 0": ({"placement": "cart", "limit": 0}, "/limit", "out_of_range"),
    "limit 25": ({"placement": "cart", "limit": 25}, "/limit", "out_of_range"),
    "explain text": ({"placement": "cart", "explain": "true"}, "/explain", "wrong_type"),
    "cart of 201": ({"placement": "cart", "cart": [{"sku": "a"}] * 201}, "/cart", "bad_length"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), OFFERS_FIELDS.values(), ids=OFFERS_FIELDS)
def test_field__invalid__has_a_pointer(cast: Cast, body: object, pointer: str, code: str) -> None:
    (error,) = problem_of(cast.server.post("/api/v1/offers", body), 400, "invalid_request")["errors"]

    assert (error["pointer"], error["code"]) == (pointer, code)


@pytest.mark.parametrize("number", [b"1.0", b"1e0", b"1E2", b"-0.0", b"1e400"])
def test_integer__with_point_or_exponent__is_400(cast: Cast, number: bytes) -> None:
    body = b'{"placement": "cart", "limit": %s}' % number

    (error,) = problem_of(cast.server.post("/api/v1/offers", body), 400, "invalid_request")["errors"]

    assert error["pointer"] == "/limit"


QUERIES = {
    "none": ("", "?placement"),
    "unknown": ("placement=cart&explain=true", "?explain"),
    "customer": ("placement=cart&customer=c-1", "?customer"),
    "twice": ("placement=cart&placement=cart", "?placement"),
    "twice, escaped": ("placement=cart&%70lacement=cart", "?placement"),
    "limit text": ("placement=cart&limit=ten", "?limit"),
    "limit float": ("placement=cart&limit=1.0", "?limit"),
    "limit exponent": ("placement=cart&limit=1e1", "?limit"),
    "limit full width": ("placement=cart&limit=%EF%BC%91", "?limit"),
    "limit Arabic": ("placement=cart&limit=%D9%A1", "?limit"),
    "limit underscore": ("placement=cart&limit=1_0", "?limit"),
    "limit plus": ("placement=cart&limit=%2B1", "?limit"),
    "limit blank": ("placement=cart&limit=", "?limit"),
    "limit zero": ("placement=cart&limit=0", "?limit"),
    "limit huge": ("placement=cart&limit=99999999999999999999", "?limit"),
    "NUL": ("placement=cart&product=a%00b", "?product"),
    "product blank": ("placement=cart&product=", "?product"),
    "locale": ("placement=cart&locale=ja;q=1", "?locale"),
    "percent": ("placement=%", "?placement"),
    "not hexadecimal": ("placement=cart&product=%zz", "?product"),
    "not UTF-8": ("placement=cart&product=%FF", "?product"),
    "surrogate": ("placement=cart&product=%ED%A0%80", "?product"),
}


@pytest.mark.parametrize(("query", "pointer"), QUERIES.values(), ids=QUERIES)
def test_query__invalid_parameter__is_named(cast: Cast, query: str, pointer: str) -> None:
    response = cast.server.get(f"/api/v1/offers?{query}")

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert error["pointer"] == pointer


@pytest.mark.parametrize(
    "query",
    ["%", "%zz=1", "%FF=1", "a=1&" * 21, "a=" + "x" * 4096],
)
def test_query__malformed__is_400(cast: Cast, query: str) -> None:
    problem_of(cast.server.get(f"/api/v1/offers?{query}"), 400, "bad_request")
