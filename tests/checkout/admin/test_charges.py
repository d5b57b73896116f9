"""The read-only pages of quotes, redemptions, charged orders and refunds."""

import pytest
from django.db.models import Model
from django.urls import reverse
from django.utils.html import strip_tags

from catalog.models import Product
from checkout.models import Allocation, Quote, Redemption, Refund
from tests.checkout.charging import charge, quote
from tests.offers.market import publish, stock_shop, tea_by_the_three
from tests.support.admin_cast import Cast
from tests.support.api_cast import caller

PAGES: dict[str, type[Model]] = {
    "checkout_quote": Quote,
    "checkout_redemption": Redemption,
    "checkout_allocation": Allocation,
    "checkout_refund": Refund,
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods() -> dict[str, Product]:
    """Sell tea by the three to order 2026-1 and refund one; leave another quote unused."""
    goods = stock_shop()
    tea_by_the_three(goods["tea"], refund_policy="claw_back")
    publish()
    server = caller("secret")
    charge(server, "2026-1", {"customer": "aki"}, tea=3)
    server.post("/api/v1/orders/2026-1/refunds", {"lines": [{"line": 0}]}, Idempotency_Key="r")
    quote(server, bread=1)
    return goods


def address(page: str, key: int) -> str:
    return reverse(f"admin:{page}_change", args=[key])


def test_quote__its_page__shows_what_each_line_costs_and_why(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    charged = Quote.objects.get(customer__external_id="aki")

    listed = cast.analyst.get(reverse("admin:checkout_quote_changelist")).text
    page = cast.analyst.get(address("checkout_quote", charged.pk)).text

    text = " ".join(strip_tags(page).split())
    assert "Tea tea 3 ¥1,000 ¥3,000 −¥300 Tea ¥2,700" in text
    assert "2026-1" in page
    assert "committed" in listed
    assert "not redeemed" in listed


def test_quote__of_an_incompatible_version__explains_it(cast: Cast, goods: dict[str, Product]) -> None:
    del goods
    Quote.objects.update(content=b"")

    page = cast.analyst.get(address("checkout_quote", Quote.objects.earliest("pk").pk))

    assert "An incompatible version created this quote" in page.text


def test_charged_order__its_page__shows_the_allocation_and_its_refunds(
    cast: Cast, goods: dict[str, Product]
) -> None:
    del goods

    order = cast.merchandiser.get(address("checkout_allocation", Allocation.objects.get().pk)).text
    refund = cast.merchandiser.get(address("checkout_refund", Refund.objects.get().pk)).text

    assert all(text in order for text in ("2026-1", "tea-3: ¥300", "¥2,700", "¥800"))
    assert all(text in refund for text in ("¥900", "¥800", "tea"))


@pytest.mark.parametrize("page", PAGES)
def test_page__for_everyone__is_read_only(cast: Cast, goods: dict[str, Product], page: str) -> None:
    del goods
    key = PAGES[page]._default_manager.order_by("pk")[0].pk

    for who in (cast.superuser, cast.merchandiser, cast.analyst):
        assert who.get(address(page, key)).status_code == 200
        assert who.post(address(page, key), {"currency": "USD"}).status_code == 403
        assert who.get(reverse(f"admin:{page}_add")).status_code == 403
        assert who.post(reverse(f"admin:{page}_delete", args=[key]), {"post": "yes"}).status_code == 403
    assert cast.outsider.get(address(page, key)).status_code == 403
