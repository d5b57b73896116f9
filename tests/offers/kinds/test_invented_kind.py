"""A kind of offer that no file of the product names: from its form to a refund."""

from typing import Any

import pytest
from django.urls import reverse

from catalog.models import Product
from offers.models import Offer, OfferVersion
from tests.checkout.charging import charge
from tests.invented.models import CaseOffer
from tests.offers.admin.offer_forms import posted
from tests.offers.market import publish, stock_shop
from tests.support.admin_cast import Cast
from tests.support.api_cast import body_of, caller


@pytest.fixture
def tea(cast: Cast) -> Product:
    """Sell tea at ¥1,000, and a case of 6 for 10 % less: written into the form by a merchandiser."""
    tea = stock_shop()["tea"]
    answer = cast.merchandiser.post(reverse("admin:invented_caseoffer_add"), fields(tea))
    assert answer.status_code == 302, answer.context["errors"]
    return tea


def fields(tea: Product, **changes: Any) -> dict[str, Any]:
    price = {"benefit_kind": "percent", "benefit_value": "10", "case_size": 6}
    return posted("case", trigger_products=[tea.pk], **{"code": "tea-case", **price, **changes})


def test_form__filled_in__saves_the_offer_with_its_first_version(tea: Product) -> None:
    offer = CaseOffer.objects.get()

    assert (offer.kind, offer.case_size, offer.trigger_products.get()) == ("case", 6, tea)  # type: ignore[attr-defined] # the stubs see an Offer
    assert OfferVersion.objects.get(offer=offer.pk).terms["own"] == {"case_size": 6}


def test_form__with_another_size__makes_a_new_version(tea: Product, cast: Cast) -> None:
    change = reverse("admin:invented_caseoffer_change", args=[CaseOffer.objects.get().pk])

    cast.merchandiser.post(change, fields(tea, case_size=12))

    assert CaseOffer.objects.get().version == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"case_size": 1}, "A case holds 2 to 100 units."),
        ({"benefit_kind": "fixed", "benefit_value": "2,000"}, "saves nothing"),
    ],
)
def test_form__that_makes_no_sense__is_refused(
    changes: dict[str, Any], words: str, tea: Product, cast: Cast
) -> None:
    answer = cast.merchandiser.post(
        reverse("admin:invented_caseoffer_add"), fields(tea, code="other", **changes)
    )

    assert words in answer.text
    assert CaseOffer.objects.count() == 1


def test_example__of_the_form__is_priced_on_real_products(tea: Product, cast: Cast) -> None:
    text = cast.merchandiser.post(reverse("admin:invented_caseoffer_example"), fields(tea)).text

    assert "6 × ¥1,000 = ¥5,400, saves ¥600; 7 × ¥1,000 = ¥6,400, saves ¥600" in text


def test_list_of_all_offers__names_the_kind_and_leads_to_it(tea: Product, cast: Cast) -> None:
    del tea
    text = cast.merchandiser.get(reverse("admin:offers_offer_changelist")).text

    assert "case of 6: 10% off" in text
    assert "Case price: whole cases for less" in text
    assert "Case prices" in text
    assert reverse("admin:invented_caseoffer_changelist") in text


def test_copy__of_the_offer__has_its_columns(tea: Product, cast: Cast) -> None:
    del tea
    CaseOffer.objects.update(case_size=12)  # type: ignore[misc] # the stubs see an Offer
    chosen = {"action": "duplicate", "_selected_action": [Offer.objects.get().pk]}

    cast.merchandiser.post(reverse("admin:invented_caseoffer_changelist"), chosen)

    assert CaseOffer.objects.get(code="tea-case-copy").case_size == 12  # type: ignore[attr-defined] # the stubs see an Offer


def test_decision__on_the_page_of_the_product__proposes_a_case(tea: Product) -> None:
    del tea
    publish()

    answer = body_of(caller("secret").post("/api/v1/offers", {"placement": "cart", "product": "tea"}))

    (offer,) = answer["offers"]
    assert (offer["offer"], offer["kind"], offer["case_size"]) == ("tea-case", "case", 6)
    assert offer["price"]["offer"] == {"amount": "5400", "currency": "JPY"}
    assert offer["reason"]["text"] == "A whole case costs less"


def test_quote__redeemed_charged_and_refunded__has_the_price_of_the_case(tea: Product) -> None:
    del tea
    publish()
    shop = caller("secret")

    charge(shop, "2026-1", tea=7)
    body = {"lines": [{"line": 0, "quantity": 7}]}
    refund = body_of(shop.post("/api/v1/orders/2026-1/refunds", body, Idempotency_Key="r"))

    assert refund["amount"] == refund["paid"] == {"amount": "6400", "currency": "JPY"}
