"""The form of an exclusion."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from catalog.admin.amounts import AmountForm
from offers.models import AttributeType, CustomerAttribute, Effect, TriggerScope
from offers.services.exclusion_text import ExclusionNames
from offers.services.selection import Selection

MAX_LINES: Final = 200
MAX_LINE_LENGTH: Final = 120
# What names products one by one, and what narrows them down.
NAMING: Final = ("products", "categories", "brands", "keywords")
NARROWING: Final = ("attributes", "price_from_minor", "price_to_minor", "margin_below_bp")


class LinesField(forms.CharField):
    """A list of texts, one per line, each once."""

    widget = UnfoldAdminExpandableTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the lines that say something."""
        if isinstance(value, list):
            return value
        text = super().to_python(value) or ""
        return list(dict.fromkeys(filter(None, map(str.strip, text.splitlines()))))

    def validate(self, value: Any) -> None:
        """Refuse too many lines, long ones, and what no database stores."""
        if len(value) > MAX_LINES:
            message = _("At most %(count)d lines.")
            raise ValidationError(message, code="too_many", params={"count": MAX_LINES})
        for line in value:
            if len(line) > MAX_LINE_LENGTH or "\x00" in line:
                message = _("A line has at most %(count)d characters.")
                raise ValidationError(message, code="too_long", params={"count": MAX_LINE_LENGTH})

    def run_validators(self, value: Any) -> None:
        """Ask none of those for one text."""


class ExclusionForm(AmountForm):
    """What is excluded where; refuses what would have no effect, or exclude everything."""

    def selection(self) -> Selection:
        """Return what the form selects, as far as it is valid."""
        given = self.cleaned_data
        return Selection(
            is_everything=given.get("scope") == TriggerScope.EVERYTHING,
            products=frozenset(one.pk for one in given.get("products") or ()),
            categories=frozenset(one.pk for one in given.get("categories") or ()),
            brands=tuple(given.get("brands") or ()),
            keywords=tuple(given.get("keywords") or ()),
            attributes=given.get("attributes") or {},
            currency=given.get("currency") or "",
            price_from_minor=given.get("price_from_minor"),
            price_to_minor=given.get("price_to_minor"),
            margin_below_bp=given.get("margin_below_bp"),
        )

    def names(self) -> ExclusionNames:
        """Return what the form names, as people read it."""
        given = self.cleaned_data
        return ExclusionNames(
            effect=given.get("effect") or Effect.LEARNED,
            selection=self.selection(),
            products=[one.name for one in given.get("products") or ()],
            categories=[one.path for one in given.get("categories") or ()],
            placements=None
            if given.get("is_everywhere")
            else [one.name for one in given.get("placements") or ()],
            attribute=str(given.get("attribute") or ""),
            attribute_equals=given.get("attribute_equals") or "",
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what contradicts itself, at its field."""
        cleaned = super().clean()
        for name, message in (*_faults_of_effect(cleaned), *_faults_of_selection(cleaned)):
            if name not in self.errors:
                self.add_error(name, ValidationError(message, code="invalid"))
        return cleaned


def _faults_of_effect(given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what is wrong with the effect and where it holds, by field."""
    faults: list[tuple[str, Any]] = []
    attribute, value = given.get("attribute"), (given.get("attribute_equals") or "").strip()
    if given.get("effect") == Effect.RESTRICTED:
        if attribute is None:
            faults.append(("attribute", _("Choose the attribute that customers need.")))
        elif not _is_value_of(attribute, value):
            faults.append(("attribute_equals", _("This is not a value of the attribute.")))
        if not given.get("is_everywhere"):
            faults.append(("is_everywhere", _("Restricted goods are restricted in all placements.")))
    else:
        unused = _("Only used for restricted goods. Clear it, or choose that effect.")
        faults += [("attribute", unused)] if attribute is not None else []
        faults += [("attribute_equals", unused)] if value else []
    if given.get("is_everywhere") and given.get("placements"):
        faults.append(("placements", _("Not used for all placements. Clear it, or switch that off.")))
    if not given.get("is_everywhere") and not given.get("placements"):
        faults.append(("placements", _("Choose a placement, or switch on “in all placements”.")))
    return faults


def _faults_of_selection(given: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return what is wrong with what it applies to, by field."""
    named = [name for name in NAMING if given.get(name)]
    narrowed = [name for name in NARROWING if given.get(name) not in (None, {})]
    if given.get("scope") == TriggerScope.EVERYTHING:
        unused = _("Not used for all products. Clear it, or choose “the chosen products and categories”.")
        faults: list[tuple[str, Any]] = [(name, unused) for name in named]
        if not narrowed:
            words = _("This would exclude every product. Add a price, a margin or an attribute.")
            faults.append(("scope", words))
        return faults
    if not named:
        words = _("Choose at least one product, category or brand, or a word in the name.")
        return [("scope", words)]
    return []


def _is_value_of(attribute: CustomerAttribute, value: str) -> bool:
    """Tell whether customers can have this value."""
    match attribute.type:
        case AttributeType.YES_NO:
            return value.casefold() in ("yes", "no")
        case AttributeType.NUMBER:
            return _reads(float, value)
        case AttributeType.DATE:
            return _reads(date.fromisoformat, value)
        case AttributeType.CHOICE | AttributeType.LIST:
            return attribute.choices.filter(code=value).exists()
    return bool(value)


def _reads(parse: Any, value: str) -> bool:
    try:
        parse(value)
    except ValueError:
        return False
    return True
