"""Every error under /api/ is a problem, never an HTML page."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.support.api_cast import Caller, Cast, problem_of

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture(params=[False, True], ids=["live", "debug"], autouse=True)
def debug(request: pytest.FixtureRequest, settings: Settings) -> None:
    """The same with DEBUG on: its pages show settings and must not leak."""
    settings.DEBUG = request.param


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/v1", "/api/v1/offers/", "/api/v1/orders/", "/api/é", "/api/..%2f"]
)
def test_url__unknown__is_404(cast: Cast, path: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        problem_of(cast.server.send(method, path), 404, "not_found")


@pytest.mark.parametrize("path", ["//api/v1/offers", "///api/docs", "//api", "/api//v1/offers", "//livez"])
def test_url__with_repeated_slashes__is_404_and_names_the_right_one(path: str) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        # The client would read the second part of such a URL as a host.
        response = Client(raise_request_exception=False).generic(method, "/", PATH_INFO=path)

        assert isinstance(response, HttpResponse)
        problem = problem_of(response, 404, "not_found")
        if path.startswith("//"):
            assert problem["detail"].endswith(f" Use /{path.lstrip('/')}.")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/offers", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/api/v1/events", {"POST", "OPTIONS"}),
        ("/api/v1/products", {"POST", "OPTIONS"}),
        ("/api/v1/orders/1", {"GET", "HEAD", "PUT", "OPTIONS"}),
    ],
)
def test_method__unknown__is_405(cast: Cast, path: str, allowed: set[str]) -> None:
    for method in ("DELETE", "PATCH", "TRACE", "BREW"):
        response = cast.server.send(method, path)

        problem_of(response, 405, "method_not_allowed")
        assert {name.strip() for name in response["Allow"].split(",")} == allowed


def test_host__unknown__is_400() -> None:
    problem_of(Caller().get("/api/v1/offers", Host="evil.example"), 400, "bad_request")


@pytest.mark.parametrize(
    "path", ["/api/v1/orders/%FF", "/api/v1/orders/%ED%A0%80", "/api/v1/orders/a%00b", "/api/%C0%AF"]
)
def test_url__with_invalid_utf8__is_400(cast: Cast, path: str) -> None:
    problem_of(cast.server.put(path, {}), 400, "bad_request")


def test_database__not_available__is_503(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OperationalError("connection to db.internal refused")

    monkeypatch.setattr("offers.api.event.record_events", refuse)
    event = {"event_id": "e-1", "type": "click", "decision_id": "d-1", "offer": "o-1", "position": 1}

    response = cast.server.post("/api/v1/events", {"events": [event]})

    problem_of(response, 503, "database_unavailable")
    assert response["Retry-After"]
    assert b"db.internal" not in response.content


def test_middleware__error__is_500(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the password is swordfish")

    monkeypatch.setattr("django.middleware.common.CommonMiddleware.process_request", broken)

    response = cast.server.get("/api/v1/offers?placement=cart")

    problem_of(response, 500, "internal_error")
    assert b"swordfish" not in response.content
