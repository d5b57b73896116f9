"""Values that mean nothing beside another value of the form: refused, so that nobody believes in them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from catalog.admin.amounts import BenefitField

# Fields that mean nothing while another has one of these values.
IdleWhen = Mapping[str, tuple[str, tuple[str, ...]]]


def refuse_idle(form: Any, cleaned: Mapping[str, Any], idle_when: IdleWhen) -> None:
    """Add an error to each field whose entered value would be ignored.

    A choice always has some value, so it is left alone, and so are the things that a scope of the offer
    replaces. A benefit says it itself.
    """
    for name, (other, values) in idle_when.items():
        field = form.fields.get(name)
        if field is None or isinstance(field, BenefitField | forms.ChoiceField):
            continue
        chosen = cleaned.get(other)
        usual = usual_value(type(form.instance), name)
        if other not in cleaned or str(chosen or "") not in values or cleaned.get(name) in (None, "", usual):
            continue
        words = _(
            "This is ignored while “%(field)s” is “%(choice)s”. Enter %(usual)s here, or change the other."
        )
        form.add_error(
            name,
            ValidationError(
                words,
                code="ignored",
                params={
                    "field": form.fields[other].label,
                    "choice": _choice_text(form.fields[other], chosen),
                    "usual": usual,
                },
            ),
        )


def usual_value(model: type[Model], name: str) -> Any:
    """Return the default of a number, which means that nothing was entered; None for anything else."""
    column: Any = model._meta.get_field(name)  # noqa: SLF001 (Django's model API)
    usual = column.get_default()
    return usual if isinstance(usual, int) else None


def _choice_text(field: Any, chosen: Any) -> str:
    """Return the label of what is chosen in the field, a dash for nothing."""
    choices: Any = field.choices if isinstance(field, forms.TypedChoiceField) else ()
    return str(dict(choices).get(chosen, chosen or "–"))
