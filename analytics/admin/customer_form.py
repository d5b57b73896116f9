"""The form of a customer: the attributes that the shop declared."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field
from django.utils.translation import gettext as _

from catalog.admin.amounts import AmountForm
from catalog.admin.attributes import AttributesField
from offers.services.customer_attributes import clean_values, declared_attributes


class CustomerForm(AmountForm):
    """Edit attributes; each new value must fit its attribute. A value that stays as it is may stay."""

    def clean_attributes(self) -> dict[str, Any]:
        """Return the values as they are stored; name those that do not fit."""
        sent: dict[str, Any] = self.cleaned_data["attributes"]
        stored: dict[str, Any] = self.instance.attributes
        kept = {code: value for code, value in sent.items() if repr(stored.get(code)) == repr(value)}
        changed = {code: value for code, value in sent.items() if code not in kept and value is not None}
        values, errors = clean_values(changed, declared_attributes(), pointer="")
        if errors:
            raise ValidationError(
                [
                    ValidationError(f"{error.pointer.removeprefix('/')}: {error.detail}", code=error.code)
                    for error in errors
                ]
            )
        return dict(sorted({**kept, **values}.items()))


def attributes_field(column: "Field[Any, Any]") -> AttributesField:
    """Return the editor of the attributes; it names the codes that are declared."""
    field = AttributesField.for_column(column)
    codes = ", ".join(sorted(declared_attributes()))
    field.help_text = (
        _("The attributes that are declared: %(codes)s.") % {"codes": codes}
        if codes
        else _("No attributes are declared yet.")
    )
    return field
