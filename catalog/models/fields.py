"""Field types of the catalogue's models."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from engine.money import exponent_of
from engine.sku import SKU_MAX_LENGTH, is_sku, normalize_sku

# Django's fields are generic for type checkers only.
if TYPE_CHECKING:
    _TextField = models.CharField[str, str]
else:
    _TextField = models.CharField


def validate_sku(sku: str) -> None:
    """Refuse an invalid SKU; `sku` is already normalised."""
    if not is_sku(sku):
        raise ValidationError(_("A SKU must have 1 to 64 characters and no whitespace."), code="invalid")


class SkuField(_TextField):
    """A SKU, normalised on saving, bulk writes and lookups."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", SKU_MAX_LENGTH)
        super().__init__(*args, **kwargs)
        self.validators.append(validate_sku)

    def to_python(self, value: Any) -> Any:
        """Normalise the value of a form or a deserialiser."""
        value = super().to_python(value)
        return normalize_sku(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        """Normalise the value to write or to look up."""
        value = super().get_prep_value(value)
        return normalize_sku(value) if isinstance(value, str) else value


def validate_currency(code: str) -> None:
    """Refuse a code that is not in ISO 4217."""
    try:
        exponent_of(code)
    except ValueError as error:
        raise ValidationError(
            _("%(code)s is not an ISO 4217 currency code."), params={"code": code}
        ) from error


class CurrencyField(_TextField):
    """An ISO 4217 currency code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        super().__init__(*args, **kwargs)
        self.validators.append(validate_currency)
