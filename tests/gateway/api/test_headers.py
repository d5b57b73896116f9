"""Headers that skip Django's checks are the same as with them."""

import pytest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.test import RequestFactory
from pytest_django import Settings

from gateway.api.headers import SecurityHeaders, write_headers


@pytest.fixture
def security(settings: Settings) -> SecurityMiddleware:
    """Return the middleware of a shop that asks for HTTPS only."""
    settings.SECURE_HSTS_SECONDS = 3600
    return SecurityMiddleware(lambda _request: HttpResponse())


def test_write_headers__name_in_any_case__replaces_the_header() -> None:
    response = HttpResponse(headers={"cache-control": "public"})

    write_headers(response, {"Cache-Control": "no-store"})

    assert dict(response.headers)["Cache-Control"] == response["cache-control"] == "no-store"


def test_security_headers__each_scheme__are_those_of_django(security: SecurityMiddleware) -> None:
    headers = SecurityHeaders(security)

    for scheme in ("http", "https", "http"):
        request = RequestFactory().get("/api/v1/offers", secure=scheme == "https")
        own, django = HttpResponse(), security.process_response(request, HttpResponse())
        headers.add_to(own, request)
        assert list(own.headers.items()) == list(django.headers.items())


def test_security_headers__response_has_one_itself__is_kept(security: SecurityMiddleware) -> None:
    response = HttpResponse(headers={"Referrer-Policy": "no-referrer"})

    SecurityHeaders(security).add_to(response, RequestFactory().get("/"))

    assert response["Referrer-Policy"] == "no-referrer"
