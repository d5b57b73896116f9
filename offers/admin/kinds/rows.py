"""The rows below an offer that several kinds have: sources, hand-picked products, codes, versions."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.admin.amounts import AmountForm
from catalog.admin.base import PlainInline, ReadOnlyInline, SortableInline
from catalog.admin.columns import product_price
from engine.conditions.code import normalize_code
from offers.admin.addresses import page_of_kind
from offers.admin.kinds.permissions import OfferPermissions, OfferRowPermissions
from offers.models import CuratedProduct, OfferVersion, PromotionCode


class CuratedInline(OfferRowPermissions, SortableInline):
    """Hand-picked products; each kind defines their purpose."""

    model = CuratedProduct
    fields = ("product", "price", "position")
    readonly_fields = ("price",)
    autocomplete_fields = ("product",)
    verbose_name_plural = _("hand-picked products, best first")

    @admin.display(description=_("price"))
    def price(self, curated: CuratedProduct) -> str:
        return product_price(curated)


class CodeForm(AmountForm):
    """A promotion code, kept as it is compared."""

    def clean_code(self) -> str:
        """Return the code in upper case and plain width, so that “ａbc ” and “ABC” are one code.

        Refuse the code of another offer, with a link to that offer.
        """
        code = normalize_code(self.cleaned_data["code"])
        if "code" in self.changed_data:
            taken = PromotionCode.objects.exclude(offer=self.instance.offer_id).filter(code=code)
            for other in taken.select_related("offer"):
                raise ValidationError(_taken_text(other), code="taken")
        return code


def _taken_text(other: PromotionCode) -> SafeString:
    page = page_of_kind(other.offer.kind, "change", other.offer_id)
    link = format_html('<a href="{}">{}</a>', page, other.offer.name)
    return format_html(
        gettext("The code {code} already belongs to the offer {offer}."), code=other.code, offer=link
    )


class CodeInline(OfferRowPermissions, PlainInline):
    """The codes of the offer; with any, shoppers need one of them to get it."""

    model = PromotionCode
    form = CodeForm
    fields = ("code", "is_active")
    select_related = ()
    ordering = ("code",)
    verbose_name_plural = _("promotion codes")
    tab = True


class VersionInline(OfferPermissions, ReadOnlyInline):
    """What the offer's price rules were before, newest first; quotes given then keep theirs."""

    model = OfferVersion
    fields = ("number", "changed_at", "changed_by")
    readonly_fields = ("number", "changed_at", "changed_by")
    ordering = ("-number",)
    verbose_name_plural = _("versions")
    tab = True
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> Any:
        """Read who changed it in the same query."""
        return super().get_queryset(request).select_related("changed_by")

    def has_add_permission(self, request: HttpRequest, *_parent: Any) -> bool:
        """Do not allow adding a version manually."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Do not allow changing a version."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Do not allow deleting a version."""
        return False
