"""Authentication, origins, CORS and rate limits."""

import pytest

from tests.support.api_cast import SHOP_ORIGIN, Caller, Cast, body_of, caller, problem_of

OFFERS, EVENTS = "/api/v1/offers", "/api/v1/events"
PRODUCTS, ORDER = "/api/v1/products", "/api/v1/orders/1"
ROUTES = (("POST", OFFERS), ("GET", OFFERS), ("POST", EVENTS), ("POST", PRODUCTS), ("PUT", ORDER))

pytestmark = pytest.mark.usefixtures("shop")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_key__missing__is_401(cast: Cast, method: str, path: str) -> None:
    response = cast.nobody.send(method, path)

    problem_of(response, 401, "key_required")
    assert response["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_key__unknown_or_revoked__is_401(cast: Cast, method: str, path: str) -> None:
    for who in (cast.stranger, cast.revoked):
        response = who.send(method, path)

        problem_of(response, 401, "key_invalid")
        assert 'error="invalid_token"' in response["WWW-Authenticate"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic c2s6", "sk_x", "Bearer " + "x" * 5000, "Bearer é", "Bearer \x00"],
)
def test_key__malformed_header__is_401(cast: Cast, header: str) -> None:
    response = Caller(headers={"Authorization": header}, client=cast.nobody.client).get(OFFERS)

    assert response.status_code == 401


@pytest.mark.parametrize(("method", "path"), [("POST", PRODUCTS), ("PUT", ORDER)])
def test_publishable_key__on_secret_endpoints__is_403(cast: Cast, method: str, path: str) -> None:
    problem_of(cast.page.send(method, path), 403, "secret_key_required")


@pytest.mark.parametrize(("method", "path"), ROUTES[:3])
@pytest.mark.parametrize("origin", ["https://evil.example", "https://shop.example.evil", "null", "", None])
def test_publishable_key__other_origin__is_403(
    cast: Cast, method: str, path: str, origin: str | None
) -> None:
    cast.page.headers = {} if origin is None else {"Origin": origin}

    problem_of(cast.page.send(method, path), 403, "origin_not_allowed")


@pytest.mark.django_db
def test_publishable_key__without_origins__is_valid_everywhere() -> None:
    page = caller("publishable")

    assert page.post(OFFERS, {"placement": "cart"}).status_code == 200
    assert page.post(OFFERS, {"placement": "cart"}, Origin="https://any.example").status_code == 200


@pytest.mark.django_db
def test_publishable_key__page_on_the_origin_of_the_api__is_allowed() -> None:
    page = caller("publishable", ("http://testserver",))
    page.headers = {"Sec-Fetch-Site": "same-origin"}

    assert page.get(OFFERS + "?placement=cart").status_code == 200
    page.headers = {"Sec-Fetch-Site": "cross-site"}
    assert page.get(OFFERS + "?placement=cart").status_code == 403


def test_cors__preflight__needs_no_key(cast: Cast) -> None:
    for path in (OFFERS, EVENTS):
        response = cast.nobody.send("OPTIONS", path, Origin=SHOP_ORIGIN, Access_Control_Request_Method="POST")

        assert response.status_code == 204
        assert response["Access-Control-Allow-Origin"] == SHOP_ORIGIN
        assert "POST" in response["Access-Control-Allow-Methods"]
        assert "Authorization" in response["Access-Control-Allow-Headers"]
        assert "Origin" in response["Vary"]


def test_cors__other_origin_or_secret_endpoint__is_not_allowed(cast: Cast) -> None:
    evil = cast.nobody.send(
        "OPTIONS", OFFERS, Origin="https://evil.example", Access_Control_Request_Method="POST"
    )
    products = cast.nobody.send("OPTIONS", PRODUCTS, Origin=SHOP_ORIGIN, Access_Control_Request_Method="POST")

    assert "Access-Control-Allow-Origin" not in evil
    assert "Access-Control-Allow-Origin" not in products


def test_cors__responses_and_problems__are_readable_by_the_page(cast: Cast) -> None:
    good = cast.page.post(OFFERS, {"placement": "cart"})
    bad = cast.page.post(OFFERS, {})

    for response, status in ((good, 200), (bad, 400)):
        assert response.status_code == status
        assert response["Access-Control-Allow-Origin"] == SHOP_ORIGIN
        assert "X-Request-Id" in response["Access-Control-Expose-Headers"]


@pytest.mark.django_db
def test_throttle__above_the_limit__is_429() -> None:
    till = caller("secret", rate_per_minute=3)

    answers = [till.get(OFFERS + "?placement=cart") for _ in range(4)]

    assert [response.status_code for response in answers] == [200, 200, 200, 429]
    assert [response["RateLimit"] for response in answers[:3]] == [
        '"key";r=2;t=20',
        '"key";r=1;t=40',
        '"key";r=0;t=60',
    ]
    assert answers[0]["RateLimit-Policy"] == '"key";q=3;w=60'
    problem_of(answers[3], 429, "rate_limited")
    assert 1 <= int(answers[3]["Retry-After"]) <= 20


@pytest.mark.django_db
def test_throttle__forged_forwarded_header__changes_nothing() -> None:
    till = caller("secret", rate_per_minute=1)
    till.get(OFFERS + "?placement=cart")

    response = till.get(OFFERS + "?placement=cart", X_Forwarded_For="203.0.113.7")

    assert response.status_code == 429


def test_request_id__given__is_echoed(cast: Cast) -> None:
    response = cast.server.get(OFFERS, X_Request_Id="order-17.a_b")

    assert response["X-Request-Id"] == "order-17.a_b"
    assert body_of(response)["request_id"] == "order-17.a_b"


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a\x7f", "é", "<script>"])
def test_request_id__missing_or_invalid__is_generated(cast: Cast, given: str) -> None:
    response = cast.server.get(OFFERS, X_Request_Id=given)

    assert response["X-Request-Id"] != given
    assert len(response["X-Request-Id"]) == 32
