"""Condition trees in a column."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from engine.conditions.tree.tree import TreeError, decode, encode


def clean_conditions(value: object, field: str = "conditions") -> dict[str, Any]:
    """Return the tree in its usual form; raise ValidationError for the field if it is none."""
    try:
        return encode(decode(value))
    except TreeError as error:
        message = _("%(place)s: %(detail)s") if error.place else "%(detail)s"
        params = {"place": error.place, "detail": _(error.detail)}
        raise ValidationError({field: ValidationError(message, code=error.code, params=params)}) from error
