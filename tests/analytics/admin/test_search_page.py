"""What the command palette finds, and for whom."""

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from offers.models import Customer, Offer
from tests.support.admin_cast import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    del db
    Product.objects.bulk_create(
        Product(sku=f"TEA-{row}", name=f"Green tea {row}", currency="JPY", price_minor=100)
        for row in range(20)
    )
    Product.objects.create(sku="1", name="Cup", currency="JPY", price_minor=100)
    Customer.objects.bulk_create(Customer(external_id=one) for one in ("hana-1", "ﾊﾅ-①"))
    Offer.objects.create(code="tea-time", name="Tea time", kind="cross_sell", currency="JPY")


def found(client: Client, term: str) -> list[tuple[str, str]]:
    """Return the titles with their links, best first."""
    answer = client.get(reverse("admin:search"), {"s": term, "extended": "1"})
    return [(one.title, one.link) for one in answer.context["found"]]


def titles(client: Client, term: str) -> list[str]:
    return [title for title, _link in found(client, term)]


def test_palette__words__find_offers_products_customers_and_pages(cast: Cast) -> None:
    page = reverse("admin:offers_crossselloffer_change", args=[Offer.objects.get().pk])

    assert titles(cast.superuser, "green 19") == ["Green tea 19"]
    assert found(cast.superuser, "ＴＥＡ-ｔｉｍｅ") == [("Tea time", page)]
    assert titles(cast.superuser, "hana") == ["hana-1"]
    assert titles(cast.superuser, " ﾊﾅ-①") == ["ﾊﾅ-①"]
    assert titles(cast.superuser, "1")[0] == "Cup"
    assert len(titles(cast.superuser, "tea")) < 20
    assert titles(cast.superuser, "Placem") == ["Try out a placement", "Placements"]
    assert titles(sign_in("owner", "ja"), "掲載枠") == ["掲載枠"]
    assert titles(cast.superuser, "") == []


def test_palette__finds_only_what_its_user_may_see(cast: Cast) -> None:
    assert titles(cast.outsider, "e") == []
    assert "API keys" in titles(cast.superuser, "API")
    assert "API keys" not in titles(cast.analyst, "API")
    assert cast.stranger.get(reverse("admin:search"), {"s": "tea"}).status_code == 302


@pytest.mark.parametrize(
    "term",
    ["\0", "word " * 3000, "%", "9" * 30, "x" * 60_000],
    ids=["nul", "words", "wildcard", "number", "long"],
)
def test_palette__words_that_no_database_can_search_for__answers(cast: Cast, term: str) -> None:
    answer = cast.superuser.get(reverse("admin:search"), {"s": term, "page": "x"})

    assert answer.status_code == 200
    assert "command-results-list" in answer.text
