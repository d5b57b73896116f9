"""Field types the catalogue's models share."""

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
    """Refuse what cannot be a SKU; it is normalised before."""
    if not is_sku(sku):
        raise ValidationError(_("A SKU has 1 to 64 characters and no white space."), code="invalid")


class SkuField(_TextField):
    """A SKU, normalised wherever it enters: saving, bulk writes and lookups alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", SKU_MAX_LENGTH)
        super().__init__(*args, **kwargs)
        self.validators.append(validate_sku)

    def to_python(self, value: Any) -> Any:
        """Normalise what a form or a deserialiser hands in."""
        value = super().to_python(value)
        return normalize_sku(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        """Normalise what is written or looked for."""
        value = super().get_prep_value(value)
        return normalize_sku(value) if isinstance(value, str) else value


def validate_currency(code: str) -> None:
    """Refuse a code that ISO 4217 does not list."""
    try:
        exponent_of(code)
    except ValueError as error:
        raise ValidationError(_("%(code)s is not a currency of ISO 4217."), params={"code": code}) from error


class CurrencyField(_TextField):
    """An ISO 4217 currency code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        super().__init__(*args, **kwargs)
        self.validators.append(validate_currency)
