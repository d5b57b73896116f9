"""Conditions on the pages of offers: edited in the form, said everywhere else."""

import json
from typing import Any

import pytest

from catalog.models import Product
from offers.kinds.quantity.models import QuantityOffer
from offers.models import Offer
from offers.services.duplicate import duplicate_offer
from tests.offers.admin.offer_forms import Fields, address, posted, tiers
from tests.support.admin_cast import Cast, sign_in
from tests.support.admin_shop import AT, build_catalogue

LOYAL = {"type": "segment", "op": "is", "values": ["loyal"]}
SENTENCE = "For shoppers in the segment loyal"


def tree(*nodes: Any) -> dict[str, Any]:
    return {"version": 1, "match": "all", "nodes": list(nodes)}


@pytest.fixture
def offer(db: None) -> QuantityOffer:
    """A tenth off the second unit, for loyal customers."""
    del db
    build_catalogue(3)
    offer = QuantityOffer.objects.create(
        code="offer", name="Offer", kind="quantity", currency="JPY", conditions=tree(LOYAL)
    )
    offer.tiers.create(from_quantity=2, benefit_kind="percent", benefit_value=1000)
    return offer


def form(conditions: Any) -> Fields:
    text = conditions if isinstance(conditions, str) else json.dumps(conditions)
    return posted("quantity", tiers((2, "percent", "10")), conditions=text)


def test_form__with_conditions__stores_them(cast: Cast) -> None:
    answer = cast.merchandiser.post(address("quantity", "add"), form(tree(LOYAL)))

    assert answer.status_code == 302
    assert Offer.objects.get().conditions == tree(LOYAL)


def test_form__with_no_tree__stores_nothing_and_shows_the_error(cast: Cast) -> None:
    answer = cast.merchandiser.post(address("quantity", "add"), form(tree({**LOYAL, "values": []})))

    assert answer.status_code == 200
    assert "Condition 1: Values: The value does not fit this field." in answer.text
    assert not Offer.objects.exists()


def test_form__for_who_may_only_look__shows_the_sentence(cast: Cast, offer: QuantityOffer) -> None:
    page = cast.analyst.get(address("quantity", "change", offer.pk)).text

    assert SENTENCE in page
    assert "data-conditions" not in page
    assert "&quot;nodes&quot;" not in page


@pytest.mark.parametrize("language", ["en", "ja"])
def test_lists__of_offers__say_conditions_in_the_language_of_the_reader(
    cast: Cast, offer: QuantityOffer, language: str
) -> None:
    del cast
    client = sign_in("merchandiser", language)
    said = {"en": SENTENCE, "ja": "対象：セグメントが常連"}[language]

    for page in ("/admin/offers/offer/", address("quantity", "changelist")):
        assert said in client.get(page).text
    assert offer.name in client.get("/admin/offers/offer/").text


def test_list__of_many_conditions__asks_for_names_once(
    cast: Cast, offer: QuantityOffer, django_assert_max_num_queries: Any
) -> None:
    page = address("quantity", "changelist")
    products = list(Product.objects.values_list("pk", flat=True))
    offer.conditions = tree({"type": "cart_product", "op": "contains", "products": products})
    offer.save()
    with django_assert_max_num_queries(60) as few:
        cast.merchandiser.get(page)
    for _copy in range(5):
        duplicate_offer(offer=Offer.objects.get(pk=offer.pk), by=None, at=AT)

    with django_assert_max_num_queries(len(few)):
        cast.merchandiser.get(page)


def test_history__of_changed_conditions__says_both(cast: Cast, offer: QuantityOffer) -> None:
    orders = {"type": "orders", "op": "at_least", "count": 2}
    data = form(tree(LOYAL, orders)) | {
        "tiers-INITIAL_FORMS": 1,
        "tiers-0-id": offer.tiers.get().pk,
        "tiers-0-offer": offer.pk,
    }

    answer = cast.merchandiser.post(address("quantity", "change", offer.pk), data)

    assert answer.status_code == 302
    history = cast.merchandiser.get(address("quantity", "history", offer.pk)).text
    assert f"Conditions: {SENTENCE} → {SENTENCE}, with at least 2 orders" in history
    assert "version" not in history.split("Conditions:")[1].split("</")[0]


def test_copy__of_an_offer__has_its_conditions(offer: QuantityOffer) -> None:
    copy = duplicate_offer(offer=Offer.objects.get(pk=offer.pk), by=None, at=AT)

    assert copy.conditions == tree(LOYAL)


@pytest.mark.parametrize("conditions", [tree(LOYAL), "{"])
def test_example__of_an_offer_with_conditions__is_worked_out_all_the_same(
    cast: Cast, offer: QuantityOffer, conditions: Any
) -> None:
    answer = cast.merchandiser.post(address("quantity", "example", offer.pk), form(conditions))

    assert "awase-result" in answer.text


def test_conflict__about_conditions__compares_sentences(cast: Cast, offer: QuantityOffer) -> None:
    page = address("quantity", "change", offer.pk)
    opened = sign_in("merchandiser").get(page).context["opened_version"]
    Offer.objects.update(conditions=tree({"type": "orders", "op": "at_least", "count": 2}))

    answer = cast.merchandiser.post(page, form(None) | {"_opened": opened, "conditions": ""})

    assert answer.status_code == 409
    assert SENTENCE in answer.text
    assert "For shoppers with at least 2 orders" in answer.text
