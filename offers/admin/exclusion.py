"""Exclusions and restricted goods: what is not proposed, where, and to whom."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Field, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter

from catalog.admin.attributes import AttributesField
from catalog.admin.columns import labelled
from catalog.admin.switch import SwitchedAdmin
from offers.admin.exclusion_form import ExclusionForm, LinesField
from offers.models import Effect, ProductExclusion
from offers.services.exclusion_reach import work_out_reach
from offers.services.exclusion_template import TEMPLATES, find_template, suggest
from offers.services.exclusion_text import describe, names_in

# Fields that are shown only while another has one of these values.
SHOWN_WHEN = {
    "attribute": ("effect", ("restricted",)),
    "attribute_equals": ("effect", ("restricted",)),
    "placements": ("is_everywhere", ("",)),
    **dict.fromkeys(("products", "categories", "brands", "keywords"), ("scope", ("chosen",))),
}


@admin.register(ProductExclusion)
class ProductExclusionAdmin(SwitchedAdmin):
    """Exclusions, each with a sentence and the number of products that it hits while it is edited."""

    form = ExclusionForm
    revision_domain = "offers"
    list_display = ("name", "does", "effect_label", "is_active")
    list_filter = (
        ("effect", ChoicesDropdownFilter),
        "is_active",
        ("placements", AutocompleteSelectFilter),
        ("categories", AutocompleteSelectFilter),
    )
    search_fields = ("name", "note", "products__sku", "products__name", "categories__path")
    search_help_text = _("Name, note, product or category")
    ordering = ("name", "pk")
    autocomplete_fields = ("products", "categories", "placements")
    fieldsets = (
        (None, {"fields": (("name", "is_active"), "effect", ("attribute", "attribute_equals"))}),
        (_("Where"), {"fields": ("is_everywhere", "placements")}),
        (_("Which products"), {"fields": ("scope", "products", "categories", ("brands", "keywords"))}),
        (
            _("Only if all of this is true"),
            {"fields": ("attributes", ("price_from_minor", "price_to_minor", "currency"), "margin_below_bp")},
        ),
        (_("Note"), {"fields": ("note",)}),
    )
    list_before_template = "admin/offers/exclusion_templates.html"
    change_form_after_template = "admin/offers/exclusion_panel.html"

    class Media:
        js = ("offers/live.js", "offers/exclusion.js")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductExclusion]:
        """Read what the list says of each in as many queries for one as for many."""
        queryset: QuerySet[ProductExclusion] = super().get_queryset(request)
        return queryset.select_related("attribute").prefetch_related("products", "categories", "placements")

    @admin.display(description=_("what it does"))
    def does(self, exclusion: ProductExclusion) -> str:
        return describe(names_in(exclusion))

    @labelled(
        description=_("effect"),
        colours={Effect.LEARNED: "info", Effect.ALL: "danger", Effect.RESTRICTED: "warning"},
        ordering="effect",
    )
    def effect_label(self, exclusion: ProductExclusion) -> tuple[str, str]:
        return exclusion.effect, exclusion.get_effect_display()

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Edit lists line by line, and attributes in rows."""
        if db_field.name in ("brands", "keywords"):
            label = str(db_field.verbose_name).capitalize()
            return LinesField(label=label, required=False, help_text=db_field.help_text)
        if db_field.name == "attributes":
            field = AttributesField.for_column(db_field)
            field.help_text = db_field.help_text
            return field
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list, with the templates above it."""
        add = reverse("admin:offers_productexclusion_add")
        ready = [{"name": one.name, "link": f"{add}?template={one.code}"} for one in TEMPLATES]
        response: HttpResponse = super().changelist_view(request, {"ready": ready, **(extra_context or {})})
        return response

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill in what a template suggests, for the merchandiser to confirm."""
        initial = super().get_changeform_initial_data(request)
        template = find_template(str(initial.pop("template", "")))
        return initial if template is None else {**initial, **suggest(template)}

    def get_urls(self) -> list[Any]:
        """Add the addresses that say what the exclusion in the form does."""
        view = self.admin_site.admin_view(require_POST(self.reach_view))
        name = "offers_productexclusion_reach"
        return [
            path("reach/", view, name=name),
            path("<int:object_id>/reach/", view, name=name),
            *super().get_urls(),
        ]

    def reach_view(self, request: HttpRequest, object_id: int | None = None) -> HttpResponse:
        """Answer what the exclusion in the posted form does and hits; nothing is saved."""
        row = None if object_id is None else self.get_object(request, str(object_id))
        if object_id is not None and row is None:
            raise Http404
        if not (self.has_view_permission(request) if row else self.has_add_permission(request)):
            raise PermissionDenied
        if row is not None and not self.has_change_permission(request):
            names = names_in(row)
        else:
            form: Any = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
            form.is_valid()
            names = form.names()
        context = {
            "sentence": describe(names),
            "reach": work_out_reach(names.selection, names.effect),
            "effect": names.effect,
        }
        return render(request, "admin/offers/exclusion_answer.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the page where to ask, and which fields depend on others."""
        row = kwargs.get("obj")
        context["reach_url"] = reverse(
            "admin:offers_productexclusion_reach", args=[] if row is None else [row.pk]
        )
        context["shown_when"] = SHOWN_WHEN
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response
