"""The form of an offer: the fields of its kind, in the words of its kind."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import AmountForm
from offers.admin.example.draft import draft_formsets, priced_rows, read_draft
from offers.admin.kinds.idle import refuse_idle
from offers.admin.kinds.scopes import prepare_scopes, settle_scopes
from offers.kinds.base import Fault
from offers.models import Offer, PromotionCode, TargetScope
from offers.services.faults import find_faults, samples_for
from offers.services.restriction import offers_with_batches
from offers.services.samples import IncompleteOfferError

# The label and the help text of a field on this page.
Words = Mapping[str, tuple[Any, Any]]

COMMON_WORDS: Words = {
    "benefit_value": (
        _("How much"),
        _("Percentage off: 10 means 10%. Amount off per unit or fixed price per unit: 500 or 4.99."),
    ),
    "trigger_products": (_("Products"), ""),
    "trigger_categories": (_("Categories"), _("Including all their subcategories.")),
    "target_categories": (_("Categories"), _("Including all their subcategories.")),
    "margin_floor_bp": (
        _("Margin floor"),
        _("In percent of the net price: 20 means 20%. Applies to products whose cost is known."),
    ),
}


class KindForm(AmountForm):
    """An offer of one kind.

    `fixed` are the columns that the kind decides, in addition to `kind`. `words` are the names and
    explanations of fields on this page, where the kind has its own. `page` and `request` are those it is
    made for: each request has a class of its own.
    """

    page: ClassVar[Any]
    request: ClassVar[HttpRequest]
    fixed: ClassVar[Mapping[str, Any]] = {}
    words: ClassVar[Words] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column, value in self._decided().items():
            setattr(self.instance, column, value)
        prepare_scopes(self)
        for name, (label, help_text) in {**COMMON_WORDS, **self.words}.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, help_text

    def clean(self) -> dict[str, Any]:
        """Convert amounts, and let what the offer names and what it says about naming nothing agree."""
        cleaned = super().clean()
        settle_scopes(self, cleaned)
        refuse_idle(self, cleaned, self.page.idle_when)
        return cleaned

    def full_clean(self) -> None:
        """Check the fields; where they are right, say what is wrong with the price that they make."""
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        for fault in [*self._find_faults(), *self._find_code_faults()]:
            column = fault.column if fault.column in self.fields else None
            self.add_error(column, ValidationError(fault.text, code=fault.code))

    def _find_faults(self) -> list[Fault]:
        """Return what is wrong with the price; nothing while the rows below the form are wrong themselves."""
        try:
            rows = self.read_rows()
            source = read_draft(self, rows)
        except IncompleteOfferError:
            return []
        if source.picked and self.cleaned_data.get("target_scope") == TargetScope.COUNTED:
            if "target_scope" in self.data:
                said = _(
                    "Products are selected below. Choose “the chosen products and categories”, "
                    "or remove them."
                )
                return [Fault("products_chosen", str(said), column="target_scope")]
            self.instance.target_scope = TargetScope.CHOSEN
        return list(find_faults(source, samples_for(source)))

    def _find_code_faults(self) -> list[Fault]:
        """Return that the offer needs a code and has none, or has codes and is for everyone.

        Who adds the first codes to an offer makes it one for those who enter one.
        """
        (formset,) = draft_formsets(self.page, self.request, self.instance, (PromotionCode,))
        if not formset.is_valid():
            return []
        has_codes = any(row and not row["DELETE"] for row in formset.cleaned_data)
        has_codes = has_codes or offers_with_batches().filter(offer=self.instance.pk).exists()
        if has_codes and not self.instance.needs_code:
            if self.initial.get("needs_code"):
                words = _("The offer has promotion codes. Delete them if it is for everyone.")
                return [Fault("has_codes", str(words), column="needs_code")]
            self.instance.needs_code = True
        if self.instance.needs_code and not has_codes and self.instance.is_active:
            words = _("Add a promotion code, or turn off “Only with a promotion code”.")
            return [Fault("no_code", str(words), column="needs_code")]
        return []

    def _decided(self) -> Mapping[str, Any]:
        """Return the columns that cannot be chosen on this page."""
        return {"kind": self.page.kind, **self.fixed}

    def _get_validation_exclusions(self) -> set[str]:
        """Also check the columns that the kind decides, because constraints of the table use them."""
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc] # not in the stubs
        return exclusions - self._decided().keys()

    def read_rows(self) -> list[Any]:
        """Return the posted rows below the form that make its price."""
        return draft_formsets(self.page, self.request, self.instance, priced_rows(self.instance.kind))

    def clean_excludes(self) -> QuerySet[Offer]:
        """Refuse an offer that would exclude itself; every other exclusion works both ways by itself."""
        excludes: QuerySet[Offer] = self.cleaned_data["excludes"]
        if any(other.pk == self.instance.pk for other in excludes):
            raise ValidationError(_("An offer cannot exclude itself."), code="itself")
        return excludes
