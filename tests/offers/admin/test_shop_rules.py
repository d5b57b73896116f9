"""Prices in the admin follow the rules of the shop: its tax mode and its rounding."""

import re

import pytest
from django.urls import reverse
from pytest_django import Settings

from catalog.models import Bundle, Product
from tests.offers.admin.offer_forms import address, posted
from tests.offers.admin.test_bundle import form
from tests.support.admin_cast import Cast

pytestmark = pytest.mark.django_db


def sell(sku: str, price: int, *, included: bool = True, cost: int | None = None) -> Product:
    return Product.objects.create(
        sku=sku,
        name=sku.title(),
        currency="JPY",
        price_minor=price,
        tax_rate_bp=1000,
        is_tax_included=included,
        cost_minor=cost,
    )


@pytest.mark.parametrize(("mode", "price"), [("half_up", "¥944"), ("down", "¥943")])
def test_example__cut_by_a_margin_floor__rounds_tax_as_the_shop_does(
    cast: Cast, settings: Settings, mode: str, price: str
) -> None:
    settings.AWASE_TAX_ROUNDING_MODE = mode
    tea = sell("tea", 1000, cost=600)
    fields = posted(
        "subscription",
        trigger_products=[tea.pk],
        benefit_kind="percent",
        benefit_value="50",
        purchase="subscription",
        margin_floor_bp="30",
    )

    answer = cast.merchandiser.post(address("subscription", "example"), fields)

    assert f"{price}" in re.sub(r"<[^>]+>", " ", answer.text)


@pytest.mark.parametrize(
    ("display", "total", "saving"), [("gross", "¥1,650", "¥150"), ("net", "¥1,500", "¥0")]
)
def test_bundle__of_products_priced_without_tax__costs_what_shoppers_see(
    cast: Cast, settings: Settings, display: str, total: str, saving: str
) -> None:
    settings.AWASE_TAX_DISPLAY = display
    tea, cup = sell("tea", 1000, included=False), sell("cup", 500, included=False)
    fields = form("fixed", "1,500", (tea, 1), (cup, 1))

    answer = cast.merchandiser.post(reverse("admin:catalog_bundle_price"), fields).json()
    cast.merchandiser.post(reverse("admin:catalog_bundle_add"), fields)
    page = cast.merchandiser.get(reverse("admin:catalog_bundle_changelist"))

    assert (answer["list"], answer["price"], answer["saving"]) == (total, "¥1,500", saving)
    assert Bundle.objects.count() == 1
    row = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))
    assert f"¥1,500 {saving}" in row


def test_bundle__at_more_than_its_parts_without_tax__is_refused_in_a_net_shop_only(
    cast: Cast, settings: Settings
) -> None:
    tea, cup = sell("tea", 1000, included=False), sell("cup", 500, included=False)
    fields = form("fixed", "1,600", (tea, 1), (cup, 1))
    counts = []

    for display in ("net", "gross"):
        settings.AWASE_TAX_DISPLAY = display
        cast.merchandiser.post(reverse("admin:catalog_bundle_add"), fields)
        counts.append(Bundle.objects.count())

    assert counts == [0, 1]
