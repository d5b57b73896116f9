"""What upgrades and cross-sells share: their products come from sources, hand-picked or from statistics."""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.base import SortableInline
from engine.decision.kinds import KINDS
from offers.admin.kinds.fieldsets import Fieldset, fieldsets_of
from offers.admin.kinds.permissions import OfferRowPermissions
from offers.models import OfferStrategy, StrategyCode


class SourceInline(OfferRowPermissions, SortableInline):
    """Where the products come from; the first source that fills the place wins."""

    model = OfferStrategy
    fields = ("strategy", "position")
    select_related = ()
    verbose_name_plural = _("strategies, in order of preference")
    # Whose sources they are: not every one makes sense for every kind.
    kind: ClassVar[str]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the sources that make sense for the kind."""
        if db_field.name == "strategy":
            codes = [StrategyCode(code) for code in KINDS[self.kind].strategies]
            kwargs["choices"] = [("", "---------"), *((code.value, code.label) for code in codes)]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


def sourced_fieldsets(title: Any, *own: str, audience: tuple[str, ...]) -> tuple[Fieldset, ...]:
    """Return the form: with what, at which price, and what the kind has of its own."""
    what = (
        "trigger_scope",
        "trigger_products",
        "trigger_categories",
        ("benefit_kind", "benefit_value", "currency"),
        *own,
    )
    return fieldsets_of((title, what), fills_several=True, audience=audience)
