"""Form fields for amounts as people write them: ¥1,980, 19.99, 10%.

The database stores minor units and basis points. The meaning of a number depends on its row: the currency
determines the decimal places, the kind of benefit whether it is a percentage or an amount.
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from catalog.models import BenefitKind, default_currency
from catalog.services.amounts import money, percent
from engine.money import MAX_MINOR, exponent_of, to_major, to_minor

# Django's forms are generic for type checkers only.
if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
else:
    _ModelForm = forms.ModelForm

# 1980, 1,980, 19.99, 1,234.5: commas only as thousands separators, so that 19,99 is not misread.
AMOUNT = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
BASIS_POINTS = 100
# What else than the kind of a benefit decides how an amount is written.
CONTEXTS = frozenset({"currency", "measure"})


def parse_amount(text: str, *, marks: str = "") -> Decimal | None:
    """Return the number in a text, None if it is empty.

    Full-width digits, currency signs and the characters in `marks` are accepted.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(
        character
        for character in plain
        if not character.isspace() and character not in marks and unicodedata.category(character) != "Sc"
    )
    if not plain:
        return None
    if not AMOUNT.fullmatch(plain):
        raise ValidationError(_("Enter a number such as 1,980 or 19.99."), code="invalid")
    return Decimal(plain.replace(",", ""))


class Entered(Decimal):
    """An entered number; `unit` is "%" or "¥" if a sign was entered with it, "" if not."""

    unit: str = ""


def unit_of(text: str) -> str:
    """Return "%" for a percentage, "¥" for an amount in any currency, "" for a number without a sign."""
    plain = unicodedata.normalize("NFKC", text)
    if "%" in plain:
        return "%"
    return "¥" if "円" in plain or any(unicodedata.category(one) == "Sc" for one in plain) else ""


class AmountField(forms.CharField):
    """A number whose stored form depends on the other fields of its row."""

    marks = ""
    # The value stored for an empty field: 0, or None in a nullable column.
    empty: int | None = 0

    @classmethod
    def for_column(cls, column: "models.Field[Any, Any]") -> Self:
        """Return the field for a model column, with its label and help text."""
        field = cls(
            label=str(column.verbose_name)[:1].upper() + str(column.verbose_name)[1:],
            required=not column.null and not column.has_default(),
            help_text=cls.help_for(column),
            widget=UnfoldAdminTextInputWidget({"inputmode": "decimal", "autocomplete": "off"}),
        )
        field.empty = None if column.null else 0
        return field

    @classmethod
    def help_for(cls, column: "models.Field[Any, Any]") -> Any:
        """Return the help text."""
        return column.help_text

    def clean(self, value: Any) -> Any:
        """Return the entered Decimal, None if the field is empty."""
        return parse_amount(super().clean(value), marks=self.marks)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare numbers, so that "1,980" equals "1980"."""
        try:
            return parse_amount(str(initial or "")) != parse_amount(str(data or ""), marks=self.marks)
        except ValidationError:
            return True

    def shown(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return the stored number as the field shows it."""
        raise NotImplementedError

    def spoken(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return the stored number as text for a read-only page."""
        raise NotImplementedError

    def stored(self, amount: Decimal | None, row: Mapping[str, Any]) -> int | None:
        """Return the number to store for the entered amount."""
        raise NotImplementedError


class MoneyField(AmountField):
    """An amount in major units of the row's currency."""

    marks = "円"

    def shown(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return 1999 as "19.99" in USD and as "1999" in JPY."""
        return to_major(stored, row["currency"])

    def spoken(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return 1999 as "$19.99" in USD and as "¥1,999" in JPY."""
        return money(stored, row["currency"])

    def stored(self, amount: Decimal | None, row: Mapping[str, Any]) -> int | None:
        """Return "19.99" as 1999 in USD; refuse it in JPY."""
        if amount is None:
            return None
        currency = row["currency"]
        if amount < 0:
            raise ValidationError(_("An amount cannot be negative."), code="negative")
        if abs(amount) > MAX_MINOR:
            raise ValidationError(_("This amount is too large."), code="large")
        try:
            return to_minor(amount, currency)
        except ValueError as error:
            decimals = exponent_of(currency)
            message = (
                _("%(currency)s has no decimal places.")
                if decimals == 0
                else _("%(currency)s has at most %(decimals)d decimal places.")
            )
            raise ValidationError(
                message, code="decimals", params={"currency": currency, "decimals": decimals}
            ) from error


class PercentField(AmountField):
    """A percentage, stored in basis points."""

    marks = "%"
    limit = Decimal(100)

    @classmethod
    def help_for(cls, column: "models.Field[Any, Any]") -> Any:
        """Return a help text about percent, not basis points."""
        return _("In percent: enter 8 for 8%.")

    def shown(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return 1250 as "12.5"."""
        return f"{Decimal(stored) / BASIS_POINTS:f}"

    def spoken(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return 1250 as "12.5%"."""
        return percent(stored)

    def stored(self, amount: Decimal | None, row: Mapping[str, Any]) -> int | None:
        """Return "12.5" as 1250."""
        if amount is None:
            return self.empty
        if not 0 <= amount <= self.limit:
            raise ValidationError(
                _("A percentage must be between 0 and %(limit)s."),
                code="range",
                params={"limit": f"{self.limit:,}"},
            )
        points = amount * BASIS_POINTS
        if points != int(points):
            raise ValidationError(_("A percentage can have at most two decimal places."), code="decimals")
        return int(points)


class BenefitField(AmountField):
    """The number of a benefit: a percentage or an amount, depending on its kind."""

    marks = "%円"
    kind_column = "benefit_kind"

    @classmethod
    def for_column(cls, column: "models.Field[Any, Any]") -> Self:
        """Return the field; its kind is in the column of the same name: `x_kind` for `x_value`."""
        field = super().for_column(column)
        field.kind_column = f"{column.name.removesuffix('_value')}_kind"
        return field

    @classmethod
    def help_for(cls, column: "models.Field[Any, Any]") -> Any:
        """Explain the number for each kind."""
        return _("For a percentage, enter 10 for 10%. For an amount off or a fixed price, enter 500 or 4.99.")

    def clean(self, value: Any) -> Entered | None:
        """Return the entered number with its unit, None if the field is empty."""
        amount = super().clean(value)
        if amount is None:
            return None
        entered = Entered(amount)
        entered.unit = unit_of(str(value))
        return entered

    def shown(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return the number as its kind's field shows it; empty for the list price."""
        kind = row.get(self.kind_column, BenefitKind.NONE)
        return "" if kind == BenefitKind.NONE else self.part(kind).shown(stored, row)

    def spoken(self, stored: int, row: Mapping[str, Any]) -> str:
        """Return the number as text of its kind; a dash for the list price."""
        kind = row.get(self.kind_column, BenefitKind.NONE)
        return "–" if kind == BenefitKind.NONE else self.part(kind).spoken(stored, row)

    def stored(self, amount: Decimal | None, row: Mapping[str, Any]) -> int | None:
        """Return the number as its kind stores it; 0 for the list price, which takes no number."""
        kind = row.get(self.kind_column, BenefitKind.NONE)
        if kind == BenefitKind.NONE:
            if amount:
                raise ValidationError(NO_VALUE, code="ignored")
            return 0
        _check_unit(kind, amount)
        if amount is None or (kind == BenefitKind.PERCENT and not amount):
            raise ValidationError(_("Enter a value."), code="required")
        return self.part(kind).stored(amount, row)

    def part(self, kind: str) -> AmountField:
        """Return the field for this kind of number."""
        return PercentField() if kind == BenefitKind.PERCENT else MoneyField()


NO_VALUE = _("The chosen price rule takes no value. Clear this field, or choose another price rule.")


def _check_unit(kind: str, amount: Decimal | None) -> None:
    """Refuse a percentage for an amount, and an amount for a percentage."""
    unit = amount.unit if isinstance(amount, Entered) else ""
    if unit == "%" and kind != BenefitKind.PERCENT:
        words = _("The chosen price rule takes an amount. Enter one, or choose “percentage off”.")
        raise ValidationError(words, code="unit")
    if unit == "¥" and kind == BenefitKind.PERCENT:
        words = _("The chosen price rule takes a percentage. Enter one, or choose another price rule.")
        raise ValidationError(words, code="unit")


def amount_field_class(column_name: str) -> type[AmountField] | None:
    """Return the field class for a column, by the suffix of its name."""
    if column_name.endswith("_minor"):
        return MoneyField
    if column_name.endswith("_bp"):
        return PercentField
    return BenefitField if column_name.endswith("_value") else None


class AmountForm(_ModelForm):
    """A form that shows and takes amounts in the units people use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_initial = dict(self.initial)
        row = {**self.initial, "currency": self.row_currency(self.initial)}
        for name, field in self.amount_fields().items():
            stored = self.initial.get(name)
            if isinstance(stored, int):
                self.initial[name] = field.shown(stored, row)

    def row_currency(self, values: Mapping[str, Any]) -> str:
        """Return the currency of the row's amounts."""
        return values.get("currency") or getattr(self.instance, "currency", None) or default_currency()

    def row_contexts(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the texts that decide how the amounts are written, before and after the change."""
        before, after = (
            {**values, "currency": self.row_currency(values)}
            for values in (self.stored_initial, self.cleaned_data)
        )
        names = ["currency", *(name for name in self.fields if isinstance(after.get(name), str))]
        known = [name for name in names if name in CONTEXTS or name.endswith("_kind")]
        return {name: before.get(name, "") for name in known}, {name: after[name] for name in known}

    def amount_fields(self) -> dict[str, AmountField]:
        """Return the fields whose numbers are converted."""
        return {name: field for name, field in self.fields.items() if isinstance(field, AmountField)}

    def clean(self) -> dict[str, Any]:
        """Convert the entered amounts to stored numbers; errors are added to their fields."""
        cleaned = super().clean() or self.cleaned_data
        row = {**cleaned, "currency": self.row_currency(cleaned)}
        for name, field in self.amount_fields().items():
            if name in cleaned:
                try:
                    cleaned[name] = field.stored(cleaned[name], row)
                except ValidationError as error:
                    self.add_error(name, error)
        return cleaned
