"""Offers for a customer whose history cannot be read: decided as for a guest, and the answer says so."""

import pytest
from django.db import OperationalError, connection

from tests.support.api_cast import Cast, body_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop")]

GUEST = {"cart": [{"sku": "bread", "quantity": 1}]}
NOTE = {
    "code": "history_unavailable",
    "pointer": "/customer",
    "detail": "The history of the customer cannot be read at the moment. The offers are those for a guest.",
}


@pytest.fixture(autouse=True)
def database_down(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every query fail, as the backend does while nobody asks the database."""
    del cast

    def refuse(*_: object) -> None:
        raise OperationalError("the database did not answer a moment ago")

    monkeypatch.setattr(connection, "_cursor", refuse)


def test_offers__history_unavailable__are_those_of_a_guest_with_a_note(cast: Cast) -> None:
    guest = body_of(cast.page.post("/api/v1/offers", {"placement": "cart", **GUEST}))

    known = body_of(cast.server.post("/api/v1/offers", {"placement": "cart", "customer": "c-1", **GUEST}))

    assert known["notes"] == [NOTE]
    assert known["offers"] == guest["offers"] != []
    assert guest["notes"] == []


def test_offers__history_unavailable__one_note_for_all_placements(cast: Cast) -> None:
    page = {"placements": ["cart", "product_page"], "customer": "c-1", **GUEST}

    answer = body_of(cast.server.post("/api/v1/offers", page))

    assert answer["notes"] == [NOTE]
    assert [bool(placement["offers"]) for placement in answer["placements"]] == [True, False]
