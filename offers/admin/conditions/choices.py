"""What the values of conditions can be chosen from, in the reader's language."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import default_currency
from engine.money import exponent_of
from offers.models import (
    AttributeChoice,
    AttributeType,
    Audience,
    Channel,
    ContextValue,
    CustomerAttribute,
    Offer,
    Placement,
    Segment,
)
from offers.services.speech import WEEKDAY_NAMES, country_names, language_name, name_columns

# What is stored, with what people call it.
Choices = list[tuple[int | str, str]]

# What is chosen from a table that is short enough to be on the page.
CHOSEN: Mapping[str, type[Model]] = {
    "attribute": CustomerAttribute,
    "audiences": Audience,
    "context": ContextValue,
    "placements": Placement,
}
# What conditions name by primary key.
KEYED = frozenset({"audiences"})


class ShopChoices:
    """The choices of one page, each read from the database once.

    `used` are currencies that the conditions on the page name already.
    """

    def __init__(self, used: Iterable[str] = ()) -> None:
        self._used = {code for code in used if is_currency(code)}
        self._read: dict[str, Choices] = {}

    def of(self, widget: str) -> Choices | None:
        """Return what a widget lets choose, None where everything can be entered."""
        language = get_language() or "en"
        match widget:
            case "segments":
                return [(value, str(label)) for value, label in Segment.choices]
            case "channels":
                return [(value, str(label)) for value, label in Channel.choices]
            case "weekdays":
                return [(code, str(name)) for code, name in WEEKDAY_NAMES.items()]
            case "locales":
                return [(code, language_name(code, language)) for code, _name in settings.LANGUAGES]
            case "countries" | "country":
                return sorted(country_names(language).items(), key=lambda one: one[1])
            case "currencies" | "currency":
                return [(code, code) for code in self.currencies]
        return self._rows(widget) if widget in CHOSEN else None

    def _rows(self, widget: str) -> Choices:
        if widget not in self._read:
            self._read[widget] = named(CHOSEN[widget], "pk" if widget in KEYED else "code")
        return self._read[widget]

    @cached_property
    def context_values(self) -> dict[str, Choices]:
        """Return the declared choices of each context value."""
        rows = ContextValue.objects.exclude(choices=[]).values_list("code", "choices")
        return {code: [(choice, choice) for choice in choices] for code, choices in rows}

    @cached_property
    def attribute_values(self) -> dict[str, Choices]:
        """Return the choices of each attribute of customers, with their names."""
        known: dict[str, Choices] = {}
        columns = ("attribute__code", "code", *name_columns(AttributeChoice))
        rows = AttributeChoice.objects.order_by("position", "pk").values_list(*columns)
        for attribute, code, *labels in rows:
            known.setdefault(attribute, []).append((code, next(filter(None, labels))))
        switches = CustomerAttribute.objects.filter(type=AttributeType.YES_NO).values_list("code", flat=True)
        return known | {code: [("yes", _("yes")), ("no", _("no"))] for code in switches}

    @cached_property
    def currencies(self) -> list[str]:
        """Return the currencies of the shop's offers and those in use, the usual one first."""
        known = self._used | set(Offer.objects.order_by().values_list("currency", flat=True).distinct())
        usual = default_currency()
        return [usual, *sorted(known - {usual})]


def is_currency(code: str) -> bool:
    """Tell whether amounts can be in this currency."""
    try:
        return exponent_of(code) >= 0
    except ValueError:
        return False


def named(model: type[Model], column: str) -> Choices:
    """Return what identifies each row, with its name in the reader's language, in alphabetical order."""
    rows = model._default_manager.values_list(column, *name_columns(model))  # noqa: SLF001 (Django's model API)
    return sorted(((code, next(filter(None, names))) for code, *names in rows), key=lambda one: one[1])
