"""How the values of conditions are entered: each widget of the engine is an input of the page's script."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from catalog.admin.sku_list import sku_attributes
from catalog.models import default_currency
from engine.conditions.tree.leaf import Field, Leaf
from engine.money import exponent_of
from offers.models import Audience, Offer, Placement, Segment
from offers.services.speech import WEEKDAY_NAMES, country_names, language_name

# What the script needs to draw an input: its kind, and what that kind reads.
Input = dict[str, Any]
Choices = list[tuple[int | str, str]]

# The admin's own autocompletes answer for any column that points to the same model.
SEARCHED: Mapping[str, str] = {"products": "trigger_products", "categories": "trigger_categories"}
# What is found by typing, among texts that no table of their own holds.
SUGGESTED = ("brands", "product_attribute")

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
    """The inputs of one page; what they let choose is read from the database once."""

    def input_of(self, field: Field, leaf: type[Leaf]) -> Input:
        """Return the input for a field of a condition."""
        given: Input = {
            "name": field.name,
            "label": label_of(field.name),
            **self._kind_of(field, leaf),
        }
        if field.operators is not None:
            given["operators"] = field.operators
        for side, words in (("before", BEFORE.get(field.name)), ("after", AFTER.get(field.widget))):
            if words:
                given[side] = str(words)
        return given

    def _kind_of(self, field: Field, leaf: type[Leaf]) -> Input:
        match field.widget:
            case "money":
                currency = next((one.name for one in leaf.fields if one.widget == "currency"), "currency")
                digits = {code: exponent_of(code) for code in self.currencies}
                return {"kind": "money", "currency": currency, "digits": digits, "usual": default_currency()}
            case "number" | "count" | "days":
                return {"kind": "number"}
            case "time" | "date":
                return {"kind": field.widget}
            case "products" | "categories" as source:
                return searched(source)
            case "brands":
                return {"kind": "search", "isText": True, **suggested(field.widget)}
            case "product_attribute":
                return {"kind": "search", "isText": True, "isSingle": True, **suggested(field.widget)}
            case "texts" | "channels":
                return {"kind": "search", "isText": True, "attributes": {"data-tags": "true"}}
            case "country":
                return {"kind": "search", "isText": True, "isSingle": True, "choices": _countries()}
            case "currency":
                codes = [(code, code) for code in self.currencies]
                return {"kind": "select", "choices": codes, "usual": default_currency()}
        choices = self._choices(field.widget)
        shown = {"kind": "check", "choices": choices, "isText": field.widget != "audiences"}
        return {"kind": "text"} if choices is None else shown

    def _choices(self, widget: str) -> Choices | None:
        """Return what the widget lets choose, None where everything can be entered."""
        match widget:
            case "segments":
                return [(value, str(label)) for value, label in Segment.choices]
            case "weekdays":
                return [(code, str(name)) for code, name in WEEKDAY_NAMES.items()]
            case "locales":
                return [
                    (code, language_name(code, get_language() or "en")) for code, _name in settings.LANGUAGES
                ]
            case "countries":
                return _countries()
            case "currencies":
                return [(code, code) for code in self.currencies]
            case "placements":
                return list(self.placements)
            case "audiences":
                return list(self.audiences)
        return None

    @cached_property
    def currencies(self) -> list[str]:
        """Return the currencies of the shop's offers, the usual one first."""
        known = set(Offer.objects.order_by().values_list("currency", flat=True).distinct())
        usual = default_currency()
        return [usual, *sorted(known - {usual})]

    @cached_property
    def audiences(self) -> Choices:
        """Return the keys and names of all audiences."""
        return list(Audience.objects.order_by("name", "pk").values_list("pk", "name"))

    @cached_property
    def placements(self) -> Choices:
        """Return the codes and names of all placements."""
        return list(Placement.objects.order_by("name").values_list("code", "name"))


def _countries() -> Choices:
    return sorted(country_names(get_language() or "en").items(), key=lambda one: one[1])


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
    return {"attributes": attributes}
