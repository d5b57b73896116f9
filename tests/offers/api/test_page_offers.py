"""GET /api/v1/offers: the cacheable twin."""

import json
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from pytest_django import DjangoAssertNumQueries

from engine.snapshot.data import Origin
from engine.snapshot.writer import write_snapshot
from offers.services.tokens import read_decision_token
from tests.support.api_cast import Cast, body_of, problem_of, shop_data
from tests.support.servers import wait_until

URL = "/api/v1/offers?placement=product_page&product=bread"

pytestmark = pytest.mark.usefixtures("shop")


def test_page_offers__answer__is_that_of_a_post_and_may_be_cached(cast: Cast) -> None:
    response = cast.page.get(URL)
    posted = cast.page.post("/api/v1/offers", {"placement": "product_page", "product": "bread"})

    answer = body_of(response)
    assert response["Cache-Control"] == "public, max-age=60"
    assert {name.strip() for name in response["Vary"].split(",")} == {"Authorization", "Origin"}
    assert answer["offers"] == body_of(posted)["offers"] != []
    token = read_decision_token(answer["decision_id"], at=int(time.time()))
    assert token.key == 0


def test_page_offers__known_etag__is_304(cast: Cast) -> None:
    etag = cast.page.get(URL)["ETag"]

    for given in (etag, f'"other", {etag}', etag.removeprefix("W/"), "*"):
        response = cast.page.get(URL, If_None_Match=given)
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    assert cast.page.get(URL, If_None_Match='"other"').status_code == 200


def test_page_offers__etag__follows_query_generation_and_snapshot(cast: Cast, snapshot_dir: Path) -> None:
    etags = {cast.page.get(URL)["ETag"], cast.page.get(URL)["ETag"], cast.page.get(URL + "&limit=2")["ETag"]}
    assert len(etags) == 2

    learned = Origin(built_at="2026-11-21T10:05:00Z", published_at="2026-11-21T10:00:00Z")
    write_snapshot(data=shop_data(origin=learned), directory=snapshot_dir)

    wait_until(lambda: cast.page.get(URL)["ETag"] not in etags, otherwise=lambda: "It stays the same.")


def test_page_offers__need_no_query(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert cast.page.get(URL).status_code == 200


def test_page_offers__head__has_no_body(cast: Cast) -> None:
    response = cast.page.send("HEAD", URL)

    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"]


def test_page_offers__unknown_placement__is_404(cast: Cast) -> None:
    response = cast.page.get("/api/v1/offers?placement=kart")

    (error,) = problem_of(response, 404, "unknown_placement")["errors"]
    assert error["pointer"] == "?placement"
    assert response["Cache-Control"] == "no-store"


BAD_CONTEXT = {
    "not JSON": ("{", ""),
    "blank": ("", ""),
    "list": ("[]", ""),
    "null": ("null", ""),
    "number": ('{"device": 1}', "/..."),
    "object": ('{"device": {"a": "b"}}', "/..."),
    "empty": ('{"device": ""}', "/..."),
    "long": ('{"device": "%s"}' % ("x" * 201), "/..."),
    "NUL": ('{"device": "\\u0000"}', "/device"),
    "surrogate": ('{"device": "\\ud800"}', "/device"),
    "name": ('{"my device": "phone"}', ""),
    "twice": ('{"device": "phone", "device": "tv"}', ""),
    "deep": ("[" * 1000, ""),
    "21": (json.dumps({f"v{n}": "x" for n in range(21)}), ""),
}


@pytest.mark.parametrize(("context", "place"), BAD_CONTEXT.values(), ids=BAD_CONTEXT)
def test_page_offers__invalid_context__is_a_problem_that_is_not_cached(
    cast: Cast, context: str, place: str
) -> None:
    response = cast.page.get(f"{URL}&context={quote(context)}")

    (error,) = problem_of(response, 400, "invalid_request")["errors"]
    assert error["pointer"] == "?context"
    assert f"{place}: " in error["detail"]
    assert (response["Cache-Control"], "ETag" in response) == ("no-store", False)
