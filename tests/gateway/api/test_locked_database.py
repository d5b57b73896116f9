"""SQLite has one writer: while it is busy, reads are served and writes get 503 with Retry-After."""

from collections.abc import Iterator

import pytest
from django.db import connection

from offers.models import Event
from tests.offers.api.test_events import decision, event
from tests.support.api_cast import Cast, body_of, problem_of
from tests.support.busy import busy_writer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="PostgreSQL's writers do not wait for one another"
    ),
]


@pytest.fixture
def another_writes(cast: Cast) -> Iterator[None]:
    del cast  # its rows come first
    with busy_writer():
        yield


@pytest.mark.usefixtures("another_writes")
def test_events__database_locked__are_503_with_retry_after(cast: Cast) -> None:
    response = cast.page.post("/api/v1/events", {"events": [event(decision())]})

    problem_of(response, 503, "database_unavailable")
    assert response["Retry-After"] == "2"
    assert not Event.objects.exists()


@pytest.mark.usefixtures("another_writes", "shop")
def test_offers__database_locked__are_served(cast: Cast) -> None:
    answers = [
        cast.server.post(
            "/api/v1/offers", {"placement": "cart", "cart": [{"sku": "bread", "quantity": 1}], **who}
        )
        for who in ({}, {"customer": "c-1"})
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert body_of(answers[0])["offers"]


@pytest.mark.usefixtures("another_writes", "shop")
@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_probes__database_locked__are_answered(cast: Cast, path: str) -> None:
    assert cast.nobody.get(path).status_code == 200
