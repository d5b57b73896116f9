"""The form of an audience: its name, and conditions on customers alone."""

from typing import Any, Final

from django.core.exceptions import ValidationError

from catalog.admin.amounts import AmountForm
from engine.conditions.tree.leaf import About
from engine.conditions.tree.tree import TreeError
from offers.admin.conditions.errors import placed_text
from offers.admin.conditions.field import TreeField
from offers.models import Audience
from offers.services.audience.conditions import read_conditions

_COLUMN: Final = Audience.conditions.field
_ABOUTS: Final[tuple[About, ...]] = ("shopper",)


class AudienceForm(AmountForm):
    """Refuses conditions on anything but the customer, and audiences that contain themselves."""

    conditions = TreeField.for_column(_COLUMN, abouts=_ABOUTS)

    def clean_conditions(self) -> dict[str, Any]:
        """Refuse what only the other audiences tell: that the audience would contain itself."""
        value: dict[str, Any] = self.cleaned_data["conditions"]
        try:
            read_conditions(value, own=self.instance.pk)
        except TreeError as error:
            raise ValidationError(placed_text(error), code=error.code) from error
        return value
