"""What the form field of conditions takes, refuses and shows."""

import json
from typing import Any

import pytest
from django import forms
from django.utils import translation

from offers.admin.conditions.field import TreeField
from offers.models import ContextValue, CustomerAttribute
from offers.services.condition_text import sentences_of
from tests.engine.conditions.tree.table import ROWS
from tests.support.admin_shop import build_catalogue

LOYAL = {"type": "segment", "op": "is", "values": ["loyal"]}
RICH = {"type": "cart_value", "op": "at_least", "minor": 5000, "currency": "JPY"}


class ConditionsForm(forms.Form):
    """A form for an offer, and one for an audience."""

    conditions = TreeField(required=False)
    of_customers = TreeField(required=False, abouts=["shopper"])


def entered(*nodes: Any, match: str = "all", **more: Any) -> str:
    return json.dumps({"version": 1, "match": match, "nodes": list(nodes), **more})


def errors(text: str, name: str = "conditions") -> list[str]:
    return [str(error) for error in ConditionsForm({name: text}).errors.get(name, [])]


def test_field__with_a_tree__returns_what_is_stored() -> None:
    form = ConditionsForm({"conditions": entered(LOYAL, {"match": "any", "nodes": [RICH]})})

    assert form.errors == {}
    assert form.cleaned_data["conditions"] == {
        "version": 1,
        "match": "all",
        "nodes": [LOYAL, {"match": "any", "nodes": [RICH]}],
    }


def test_field__every_type_and_operator__is_saved_reloaded_and_said_in_both_languages(db: None) -> None:
    del db
    trees = [{"version": 1, "match": "all", "nodes": [row.leaf]} for row in ROWS]

    first = [ConditionsForm({"conditions": json.dumps(tree)}) for tree in trees]
    stored = [form.cleaned_data["conditions"] if form.is_valid() else form.errors for form in first]
    opened = [ConditionsForm(initial={"conditions": value})["conditions"].value() for value in stored]
    again = [ConditionsForm({"conditions": text}) for text in opened]

    assert stored == trees
    assert [form.cleaned_data["conditions"] for form in again if form.is_valid()] == trees
    assert all(one.startswith("For ") for one in sentences_of(stored))
    with translation.override("ja"):
        assert all(one.startswith("対象：") for one in sentences_of(stored))


@pytest.mark.parametrize("text", ["", "   ", "null"])
def test_field__with_nothing__stores_nothing(text: str) -> None:
    form = ConditionsForm({"conditions": text})

    assert form.errors == {}
    assert form.cleaned_data["conditions"] is None


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", "Conditions must be a JSON object."),
        ("[" * 100_000, "Conditions must be a JSON object."),
        ("[]", "Conditions must be an object."),
        (entered(), "A group needs at least one condition."),
        (entered({}), "Condition 1: Choose a condition."),
        (entered(LOYAL, {"type": "moon", "op": "is"}), "Condition 2: Choose a condition."),
        (entered({**LOYAL, "op": "at_least"}), "Condition 1: This condition has no such operator."),
        (entered({**RICH, "minor": "x"}), "Condition 1: Amount: The value does not fit this field."),
        (
            entered({"match": "any", "nodes": [LOYAL, {**RICH, "minor": None}]}),
            "Condition 1.2: Amount: This field is required.",
        ),
        (
            entered({"type": "hours", "op": "between", "from": "17:00", "to": "17:00"}),
            "Condition 1: To: Start and end are the same.",
        ),
        (entered(*[LOYAL] * 2000), "Condition 101: There may be at most 100 conditions and groups."),
        (entered({"match": "all", "nodes": []}), "Condition 1: A group needs at least one condition."),
    ],
)
def test_field__with_no_tree__is_refused_with_the_place(text: str, error: str) -> None:
    assert errors(text) == [error]


def test_field__of_customers__refuses_conditions_on_the_cart() -> None:
    assert errors(entered(LOYAL), "of_customers") == []
    assert errors(entered(LOYAL, RICH), "of_customers") == [
        "Condition 2: This condition cannot be used here."
    ]


def test_field__refused__shows_what_was_entered(db: None) -> None:
    del db
    form = ConditionsForm({"conditions": "{broken"})

    assert "{broken</textarea>" in str(form["conditions"])


def test_field__in_japanese__says_the_errors_in_japanese() -> None:
    with translation.override("ja"):
        assert errors(entered({**RICH, "minor": None})) == ["条件1：金額：この項目は必須です。"]


def test_field__with_the_same_tree_in_another_layout__has_not_changed() -> None:
    field = TreeField(required=False)
    stored = json.loads(entered(LOYAL))

    assert not field.has_changed(stored, json.dumps(stored, indent=4))
    assert field.has_changed(stored, entered(RICH))
    assert field.has_changed(stored, "{")
    assert not field.has_changed(None, "")


def test_widget__of_a_tree__gives_the_script_the_names_of_what_is_chosen(
    db: None, django_assert_num_queries: Any
) -> None:
    del db
    tea = build_catalogue(3)[0]
    node = {"type": "cart_product", "op": "contains", "products": [tea.pk, tea.pk + 999]}
    form = ConditionsForm(initial={"conditions": json.loads(entered(node))})

    # Names for the script and the sentence, and what is chosen from: currencies, placements, attributes,
    # audiences and context values, with the values of those that have choices.
    with django_assert_num_queries(10):
        html = str(form["conditions"])

    plan = json.loads(html.split('type="application/json">')[1].split("</script>", maxsplit=1)[0])
    assert plan["names"]["products"] == {str(tea.pk): tea.name}
    assert f"For shoppers with {tea.name} or [deleted: {tea.pk + 999}] in the cart" in html
    assert "<script>" not in html
    assert " on" not in html.split("<textarea")[1].split(">", maxsplit=1)[0]


def test_widget__of_an_audience__offers_conditions_on_customers_only(db: None) -> None:
    del db
    html = str(ConditionsForm()["of_customers"])

    plan = json.loads(html.split('type="application/json">')[1].split("</script>", maxsplit=1)[0])
    assert {one["about"] for one in plan["types"]} == {"shopper"}
    assert all(one["label"] and one["operators"] for one in plan["types"])


def test_widget__of_declared_values__suggests_their_choices_by_name(db: None) -> None:
    del db
    ContextValue.objects.create(code="device", name_en="Device", type="choice", choices=["phone", "tv"])
    skin = CustomerAttribute.objects.create(code="skin", name_en="Skin type", name_ja="肌質", type="choice")
    skin.choices.create(code="dry", name_en="dry", name_ja="乾燥肌")
    CustomerAttribute.objects.create(code="member", name_en="Member", type="yes_no")

    with translation.override("ja"):
        html = str(ConditionsForm()["conditions"])

    plan = json.loads(html.split('type="application/json">')[1].split("</script>", maxsplit=1)[0])
    fields = {one["type"]: one["fields"] for one in plan["types"]}
    name, values = fields["attribute"]
    assert ["skin", "肌質"] in name["choices"]
    assert values["suggestions"] == {
        "skin": [["dry", "乾燥肌"]],
        "member": [["yes", "はい"], ["no", "いいえ"]],
    }
    assert fields["context"][1]["suggestions"] == {"device": [["phone", "phone"], ["tv", "tv"]]}
