"""What the builder asks the server meanwhile, and who may ask."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalog.models import Product
from offers.admin.conditions.views import fit_text
from offers.models import Customer
from offers.services.fitting import Fit
from tests.support.admin_cast import Cast
from tests.support.admin_shop import AT, build_catalogue
from tests.support.learned_facts import publish_customers

LOYAL = {"type": "segment", "op": "is", "values": ["loyal"]}
EMPTY_ROW = {"match": "any", "nodes": [LOYAL, {"type": "cart_value", "op": "at_least", "currency": "JPY"}]}


def ask(client: Client, *nodes: Any, name: str = "condition_sentence") -> Any:
    tree = json.dumps({"version": 1, "match": "all", "nodes": list(nodes)}) if nodes else ""
    return client.post(reverse(name), {"tree": tree})


def test_sentence__of_a_tree__is_said(cast: Cast) -> None:
    answer = ask(cast.merchandiser, LOYAL).json()

    assert answer == {"sentence": "For shoppers in the segment loyal", "errors": []}


def test_sentence__of_nothing__is_for_all(cast: Cast) -> None:
    assert ask(cast.merchandiser).json() == {"sentence": "For all shoppers", "errors": []}


def test_sentence__of_what_is_incomplete__names_the_place(cast: Cast) -> None:
    answer = ask(cast.merchandiser, LOYAL, EMPTY_ROW).json()

    assert answer["errors"] == [
        {"place": "/nodes/1/nodes/1/minor", "text": "Amount: This field is required."}
    ]


@pytest.mark.parametrize("text", ["{", "[]", '"x"', '{"version": 1, "match": "all", "nodes": [[]]}'])
def test_sentence__of_no_tree__is_an_answer_too(cast: Cast, text: str) -> None:
    answer = cast.merchandiser.post(reverse("condition_sentence"), {"tree": text})

    assert answer.status_code == 200
    assert answer.json()["errors"]


@pytest.mark.parametrize("name", ["condition_sentence", "condition_count"])
def test_questions__by_who_may_not_see_offers__are_refused(cast: Cast, name: str) -> None:
    assert ask(cast.analyst, LOYAL, name=name).status_code == 200
    assert ask(cast.outsider, LOYAL, name=name).status_code == 403
    assert ask(cast.stranger, LOYAL, name=name).status_code == 302
    assert cast.merchandiser.get(reverse(name)).status_code == 405


def test_suggestions__of_brands__are_those_with_the_typed_text(cast: Cast) -> None:
    build_catalogue(3)
    for sku, brand in (("T-000", "Ippodo"), ("T-001", "Marukyu"), ("T-002", "Marukyu")):
        Product.objects.filter(sku=sku).update(brand=brand)

    answer = cast.merchandiser.get(reverse("condition_suggestions", args=["brands"]), {"term": "ＭＡＲＵ"})

    assert answer.json() == {"results": [{"id": "Marukyu", "text": "Marukyu"}], "pagination": {"more": False}}


def test_suggestions__of_attributes__are_the_names_that_products_have(cast: Cast) -> None:
    build_catalogue(3)
    Product.objects.filter(sku="T-000").update(attributes={"roast": "dark", "size": "100 g"})

    address = reverse("condition_suggestions", args=["product_attribute"])

    assert [one["id"] for one in cast.merchandiser.get(address).json()["results"]] == ["roast", "size"]
    assert [one["id"] for one in cast.merchandiser.get(address, {"term": "RO"}).json()["results"]] == [
        "roast"
    ]


def test_suggestions__of_surveys__are_what_was_asked_and_answered(cast: Cast) -> None:
    customers = [Customer.objects.create(external_id=f"C-{place}") for place in range(4)]
    said = [
        ("taste", "How do you brew?", "filter"),
        ("taste", "Which roast?", "dark"),
        ("skin", "Type?", "dry"),
        ("taste", "How do you brew?", ""),
    ]
    for customer, (survey, question, answer) in zip(customers, said, strict=True):
        customer.survey_answers.create(survey=survey, question=question, answer=answer, answered_at=AT)

    def suggested(source: str, **given: str) -> list[str]:
        answer = cast.merchandiser.get(reverse("condition_suggestions", args=[source]), given)
        return [one["id"] for one in answer.json()["results"]]

    assert suggested("survey") == ["skin", "taste"]
    assert suggested("question", survey="taste", term="BREW") == ["How do you brew?"]
    assert suggested("answer", survey="taste", question="How do you brew?") == ["filter"]
    assert suggested("question", survey="nothing") == []


def test_suggestions__of_answers__are_only_for_those_who_may_see_customers(cast: Cast) -> None:
    address = reverse("condition_suggestions", args=["answer"])

    Permission.objects.get(codename="view_customer").group_set.clear()

    assert cast.merchandiser.get(address).status_code == 403


def test_suggestions__of_anything_else_or_for_anybody__are_refused(cast: Cast) -> None:
    assert cast.merchandiser.get(reverse("condition_suggestions", args=["users"])).status_code == 404
    assert cast.outsider.get(reverse("condition_suggestions", args=["brands"])).status_code == 403


def test_count__of_a_tree__is_of_its_part_about_customers(cast: Cast) -> None:
    publish_customers([{"customer": Customer.objects.create(external_id="C-1"), "segment": "loyal"}])
    rich = {"type": "cart_value", "op": "at_least", "minor": 5000, "currency": "JPY"}

    def count(*nodes: Any) -> str:
        text: str = ask(cast.merchandiser, *nodes, name="condition_count").json()["text"]
        return text

    assert count(LOYAL, rich) == "1 customer fits the conditions on the customer."
    assert count(rich) == ""
    assert count({"type": "moon"}) == ""


@pytest.mark.parametrize(
    ("fit", "language", "says"),
    [
        (Fit(1234, 100, None), "en", "1,234 customers fit the conditions on the customer."),
        (Fit(1, 40, None), "en", "At least 1 customer fits the conditions on the customer (40% counted)."),
        (Fit(1234, 40, None), "ja", "お客様に関する条件に当てはまる人数：1,234人以上（40%を集計済み）。"),
        (
            Fit(0, 100, AT),
            "en",
            "0 customers fit the conditions on the customer. Customer data: March 20, 2026, 9:30 a.m.",
        ),
    ],
)
def test_text__of_a_count__says_how_sure_it_is(fit: Fit, language: str, says: str) -> None:
    with translation.override(language):
        assert fit_text(fit) == says
