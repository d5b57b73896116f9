"""An offer in a currency without products is saved, with a warning: the products may come later."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from catalog.models import Product
from offers.models import Offer
from tests.offers.admin.offer_forms import address, posted, tiers
from tests.support.admin_cast import Cast, sign_in

pytestmark = pytest.mark.django_db

ROWS = tiers((2, "percent", "10"))


@pytest.fixture(autouse=True)
def tea() -> Product:
    return Product.objects.create(sku="tea", name="Tea", currency="JPY", price_minor=1000)


def warnings_of(response: Any) -> list[str]:
    return [str(one) for one in get_messages(response.wsgi_request) if one.level_tag == "warning"]


def save(person: Client, currency: str, *keys: int) -> list[str]:
    """Save an offer on everything and return the warnings."""
    fields = posted("quantity", ROWS, trigger_scope="everything", currency=currency)
    return warnings_of(person.post(address("quantity", "change" if keys else "add", *keys), fields))


@pytest.mark.parametrize(
    ("currency", "warnings"),
    [("JPY", []), ("USD", ["No product is priced in USD, so the offer applies to nothing."])],
)
def test_offer__saved_in_a_currency__warns_if_no_product_has_it(
    cast: Cast, currency: str, warnings: list[str]
) -> None:
    added = save(cast.merchandiser, currency)

    offer = Offer.objects.get()
    assert offer.currency == currency
    assert added == warnings


def test_offer__changed_to_a_currency_without_products__warns(cast: Cast) -> None:
    save(cast.merchandiser, "JPY")
    offer = Offer.objects.get()
    rows: dict[str, Any] = {"tiers-INITIAL_FORMS": 1, "tiers-0-offer": offer.pk}
    rows["tiers-0-id"] = offer.quantityoffer.tiers.get().pk
    fields = posted("quantity", ROWS, trigger_scope="everything", currency="EUR") | rows

    answer = cast.merchandiser.post(address("quantity", "change", offer.pk), fields)

    assert warnings_of(answer) == ["No product is priced in EUR, so the offer applies to nothing."]


def test_offer__published_in_a_currency_without_products__is_named(cast: Cast) -> None:
    save(cast.merchandiser, "USD")
    Offer.objects.update(is_active=False)
    chosen = {"action": "publish", "_selected_action": [Offer.objects.get().pk]}

    answer = cast.merchandiser.post(reverse("admin:offers_offer_changelist"), chosen)

    assert warnings_of(answer)[-1] == "No product is priced in the currency of these offers: Offer"
    assert Offer.objects.get().is_active


@pytest.mark.usefixtures("cast")
def test_offer__saved_in_japanese__warns_in_japanese() -> None:
    assert save(sign_in("merchandiser", "ja"), "USD") == [
        "USDの商品がないため、このオファーはどの商品にも適用されません。"
    ]
