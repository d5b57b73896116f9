"""Every method of every API URL returns a response."""

import pytest
from django.urls import reverse

from checkout.urls import urlpatterns as analytics_urls
from offers.urls import urlpatterns as offers_urls
from tests.support.api_cast import Cast

NAMES = [url.name or "" for url in (*offers_urls, *analytics_urls)]
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")


PARAMETERS = {
    "preferences_page": "token",
    **dict.fromkeys(("order", "refunds"), "order_id"),
    **dict.fromkeys(("redeem", "extend", "commit", "release"), "quote_id"),
    **dict.fromkeys(("customer", "merge", "preferences", "preference_link"), "customer_id"),
}


def path_of(name: str) -> str:
    return reverse(name, kwargs={PARAMETERS[name]: "1"} if name in PARAMETERS else None)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", [*map(path_of, NAMES), "/api", "/api/v1/nothing"])
def test_url__any_method__is_answered(cast: Cast, path: str, method: str) -> None:
    response = cast.server.send(method, path)

    assert response.status_code < 500
    if response.status_code == 405:
        assert method not in response["Allow"].split(", ")
