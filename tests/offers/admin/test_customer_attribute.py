"""Declaring what the shop knows of customers."""

from typing import Any

from catalog.models import Revision
from offers.models import CustomerAttribute
from tests.support.admin_cast import Cast, sign_in

ADD = "/admin/offers/customerattribute/add/"


def form(kind: str, *choices: str, **changes: Any) -> dict[str, Any]:
    rows = {
        f"choices-{n}-{name}": value
        for n, choice in enumerate(choices)
        for name, value in (("code", choice), ("name_en", choice.title()), ("name_ja", ""), ("position", 0))
    }
    management = {"choices-TOTAL_FORMS": len(choices), "choices-INITIAL_FORMS": 0}
    head = {"code": "skin_type", "name_en": "Skin type", "name_ja": "肌質", "type": kind, "is_active": "on"}
    return {**head, **management, **rows, **changes}


def test_attribute__with_choices__is_declared_in_order_and_raises_the_revision(cast: Cast) -> None:
    response = cast.merchandiser.post(ADD, form("choice", "dry", "oily", "mixed"))

    attribute = CustomerAttribute.objects.get()
    choices = attribute.choices.order_by("position").values_list("code", flat=True)
    assert response.status_code == 302
    assert list(choices) == ["dry", "oily", "mixed"]
    assert Revision.objects.get(domain="offers").number > 0
    assert "Dry, Oily, Mixed" in cast.analyst.get("/admin/offers/customerattribute/").content.decode()


def test_list__in_japanese__names_choices_in_japanese_where_there_is_a_name(cast: Cast) -> None:
    names = {"choices-0-name_ja": "乾燥肌", "choices-1-name_ja": "脂性肌"}
    cast.merchandiser.post(ADD, form("choice", "dry", "oily", "mixed") | names)

    answer = sign_in("merchandiser", "ja").get("/admin/offers/customerattribute/")

    assert "乾燥肌、脂性肌、Mixed" in answer.text


def test_attribute__choices_that_do_not_fit_the_type__are_refused(cast: Cast) -> None:
    for sent, words in (
        (form("choice"), "needs at least one choice"),
        (form("number", "dry"), "Only choices and lists have choices"),
        (form("choice", "dry", "dry"), "correct the duplicate"),
    ):
        page = cast.merchandiser.post(ADD, sent)
        assert (page.status_code, words in page.content.decode()) == (200, True)
    assert not CustomerAttribute.objects.exists()


def test_attribute__in_use__keeps_its_code_and_type(cast: Cast) -> None:
    cast.merchandiser.post(ADD, form("choice", "dry"))
    attribute = CustomerAttribute.objects.get()
    choice = attribute.choices.get()
    sent = form("number", "dry", code="other", name_en="Skin") | {
        "choices-INITIAL_FORMS": 1, "choices-0-id": choice.pk, "choices-0-attribute": attribute.pk,
    }  # fmt: skip

    cast.merchandiser.post(f"/admin/offers/customerattribute/{attribute.pk}/change/", sent)

    attribute.refresh_from_db()
    assert (attribute.code, attribute.type, attribute.name_en) == ("skin_type", "choice", "Skin")
    assert cast.analyst.post(ADD, form("text")).status_code == 403
