"""How the values of conditions are entered: each widget of the engine is an input of the page's script."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from catalog.admin.sku_list import sku_attributes
from catalog.models import default_currency
from engine.conditions.tree.leaf import Field, Leaf
from engine.money import exponent_of
from offers.admin.conditions.choices import KEYED, ShopChoices
from offers.models import Offer

# What the script needs to draw an input: its kind, and what that kind reads.
Input = dict[str, Any]

# The admin's own autocompletes answer for any column that points to the same model.
SEARCHED: Mapping[str, str] = {"products": "trigger_products", "categories": "trigger_categories"}
# What is found by typing, among texts that no table of their own holds, with the fields that it depends on.
SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "brands": (),
    "product_attribute": (),
    "survey": (),
    "question": ("survey",),
    "answer": ("survey", "question"),
}
# What conditions name one of.
SINGLE = frozenset({"product_attribute", "attribute", "context", "country", "survey", "question"})
# What a condition looks at by name; it stands before the operator.
NAMES = frozenset({"product_attribute", "attribute", "context", "survey", "question"})
# What is written.
WRITTEN: Mapping[str, Input] = {
    "number": {"kind": "number"},
    "count": {"kind": "number"},
    "days": {"kind": "number"},
    "time": {"kind": "time"},
    "date": {"kind": "date"},
    "texts": {"kind": "search", "isText": True, "attributes": {"data-tags": "true"}},
}

# What an input is called, by the name of its field.
NAMED: Mapping[str, Any] = {
    "minor": gettext_lazy("Amount"),
    "from_minor": gettext_lazy("Lowest amount"),
    "to_minor": gettext_lazy("Highest amount"),
    "currency": gettext_lazy("Currency"),
    "count": gettext_lazy("Number"),
    "number": gettext_lazy("Number"),
    "days": gettext_lazy("Days"),
    "products": gettext_lazy("Products"),
    "categories": gettext_lazy("Categories"),
    "brands": gettext_lazy("Brands"),
    "audiences": gettext_lazy("Audiences"),
    "name": gettext_lazy("Name"),
    "values": gettext_lazy("Values"),
    "survey": gettext_lazy("Survey"),
    "question": gettext_lazy("Question"),
    "day": gettext_lazy("Date"),
    "from": gettext_lazy("From"),
    "to": gettext_lazy("To"),
    "country": gettext_lazy("Country"),
}
# What is written around the input of a field.
BEFORE: Mapping[str, Any] = {
    "from_minor": pgettext_lazy("lowest amount", "from"),
    "to_minor": pgettext_lazy("highest amount", "to"),
    "to": pgettext_lazy("end of a period", "to"),
}
AFTER: Mapping[str, Any] = {"days": pgettext_lazy("number of days", "days")}


def label_of(name: str) -> str:
    """Return what an input is called; a name that nobody knows is its own."""
    return str(NAMED.get(name, name))


class Inputs:
    """The inputs of one page; what they let choose is read from the database once.

    `used` are currencies that the conditions on the page name already.
    """

    def __init__(self, used: Iterable[str] = ()) -> None:
        self._choices = ShopChoices(used)

    def input_of(self, field: Field, leaf: type[Leaf]) -> Input:
        """Return the input for a field of a condition."""
        given: Input = {
            "name": field.name,
            "label": label_of(field.name),
            **self._kind_of(field, leaf),
        }
        if field.operators is not None:
            given["operators"] = field.operators
        if field.widget in NAMES:
            given["isNamed"] = True
        if field.widget == "texts":
            given |= self._suggestions(leaf)
        for side, words in (("before", BEFORE.get(field.name)), ("after", AFTER.get(field.widget))):
            if words:
                given[side] = str(words)
        return given

    def _kind_of(self, field: Field, leaf: type[Leaf]) -> Input:
        widget = field.widget
        if widget in SEARCHED:
            return searched(widget)
        if widget in SUGGESTED:
            return {"kind": "search", "isText": True, **suggested(widget)}
        if widget == "money":
            return self._money(leaf)
        choices = self._choices.of(widget)
        if choices is None:
            return WRITTEN.get(widget, {"kind": "text"})
        if widget == "currency":
            return {"kind": "select", "choices": choices, "usual": default_currency()}
        is_single = widget in SINGLE
        kind = "search" if is_single else "check"
        return {"kind": kind, "choices": choices, "isText": widget not in KEYED, "isSingle": is_single}

    def _money(self, leaf: type[Leaf]) -> Input:
        """Return the input for an amount, in the currency that another field of the condition names."""
        currency = next((one.name for one in leaf.fields if one.widget == "currency"), "")
        digits = {code: exponent_of(code) for code in self._choices.currencies}
        return {"kind": "money", "currency": currency, "digits": digits, "usual": default_currency()}

    def _suggestions(self, leaf: type[Leaf]) -> Input:
        """Return the known values by the name that another field of the condition chooses."""
        if any(field.widget == "question" for field in leaf.fields):
            return suggested("answer")
        named = next((field for field in leaf.fields if field.widget in ("attribute", "context")), None)
        if named is None:
            return {}
        choices = self._choices
        known = choices.attribute_values if named.widget == "attribute" else choices.context_values
        return {"by": named.name, "suggestions": known}


def searched(source: str) -> Input:
    """Return the input for rows of the catalogue; lists of SKUs can be pasted for products."""
    opts = Offer._meta  # noqa: SLF001 (Django's model API)
    attributes = {
        "data-ajax--url": reverse("admin:autocomplete"),
        "data-ajax--cache": "true",
        "data-ajax--delay": 250,
        "data-app-label": opts.app_label,
        "data-model-name": opts.model_name,
        "data-field-name": SEARCHED[source],
        **(sku_attributes() if source == "products" else {}),
    }
    return {
        "kind": "search",
        "source": source,
        "attributes": {key: str(one) for key, one in attributes.items()},
    }


def suggested(widget: str) -> Input:
    """Return the attributes of an input whose texts are suggested, and may be others."""
    attributes = {
        "data-ajax--url": reverse("condition_suggestions", args=[widget]),
        "data-ajax--cache": "true",
        "data-ajax--delay": "250",
        "data-tags": "true",
    }
    return {"attributes": attributes, "isSingle": widget in SINGLE, "dependsOn": SUGGESTED[widget]}
