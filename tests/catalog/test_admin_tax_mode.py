"""The product form warns about a product that is not priced the way the shop shows prices."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from pytest_django import Settings

from catalog.models import Product
from tests.catalog.test_admin_amounts import PRODUCT
from tests.support.admin_cast import Cast, sign_in

EXCLUDES = "This price excludes tax, but the shop shows prices including tax: shoppers see ¥1,080."
INCLUDES = "This price includes tax, but the shop shows prices excluding tax: shoppers see ¥926."

pytestmark = pytest.mark.django_db


def sell(price: int = 1000, *, included: bool) -> Product:
    return Product.objects.create(
        sku="tea", name="Tea", currency="JPY", price_minor=price, tax_rate_bp=800, is_tax_included=included
    )


def warnings_of(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request) if message.level_tag == "warning"]


@pytest.mark.parametrize(
    ("display", "included", "warning"),
    [
        (
            "gross",
            False,
            EXCLUDES,
        ),
        ("net", True, INCLUDES),
        ("gross", True, None),
        ("net", False, None),
        ("auto", False, None),
    ],
)
def test_product_form__priced_the_other_way__says_what_shoppers_see(
    cast: Cast, settings: Settings, display: str, warning: str | None, *, included: bool
) -> None:
    settings.AWASE_TAX_DISPLAY = display
    product = sell(included=included)

    page = cast.merchandiser.get(reverse("admin:catalog_product_change", args=[product.pk]))

    shown = [str(message) for message in page.context["messages"]]
    assert shown == ([] if warning is None else [warning])


@pytest.mark.usefixtures("cast")
def test_product_form__in_japanese__warns_in_japanese(settings: Settings) -> None:
    settings.AWASE_TAX_DISPLAY = "gross"
    product = sell(included=False)

    page = sign_in("merchandiser", "ja").get(reverse("admin:catalog_product_change", args=[product.pk]))

    assert "この価格は税抜ですが" in page.content.decode()


@pytest.mark.parametrize(("ticked", "count"), [({}, 0), ({"is_tax_included": ""}, 1)])
def test_product__added_with_another_mode_than_the_shop__is_saved_with_a_warning(
    cast: Cast, settings: Settings, ticked: dict[str, str], count: int
) -> None:
    settings.AWASE_TAX_DISPLAY = "gross"

    answer = cast.merchandiser.post(reverse("admin:catalog_product_add"), PRODUCT | ticked)

    assert Product.objects.get().is_tax_included is not bool(count)
    assert len(warnings_of(answer)) == count
