"""The base of every admin page: paging, amounts, fast autocompletes, revisions."""

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import unfold.admin
from django.apps import apps
from django.contrib import admin
from django.db import models, transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from unfold.widgets import UnfoldAdminExpandableTextareaWidget

from accounts.admin.conflicts.deletion import GuardedDeletions
from accounts.admin.filtering import ForgivingFields, ForgivingPages
from accounts.admin.history import ReadableHistory
from catalog.admin.amounts import AmountField, AmountForm, amount_field_class
from catalog.admin.deletion import link_names, without_links
from catalog.admin.formsets import KnownChoicesFormSet, QuickAutocompleteSelect, SortedFormSet
from catalog.admin.local_time import SplitLocalTimeField
from catalog.admin.reading import ReadableFields
from catalog.admin.sku_list import mark_product_field
from catalog.models import Product
from catalog.models.deletion import foresee_losses, unwatched, watched
from catalog.services.revision import raise_revision

# Unfold ships no types, so it is typed as the Django admin that it extends.
if TYPE_CHECKING:
    _UnfoldModelAdmin = admin.ModelAdmin[Any]
    _UnfoldTabularInline = admin.TabularInline[Any, Any]
    _Fields = admin.options.BaseModelAdmin[Any]
else:
    _UnfoldModelAdmin = unfold.admin.ModelAdmin
    _UnfoldTabularInline = unfold.admin.TabularInline
    _Fields = object


class AmountFields(ForgivingFields, ReadableFields):
    """Enter amounts in major units and percentages in percent, and select rows without extra queries."""

    # Columns whose numbers are written in a way that their names do not show.
    amount_fields: ClassVar[Mapping[str, type[AmountField]]] = {}

    def amount_field_of(self, column: "models.Field[Any, Any]") -> type[AmountField] | None:
        """Return the class of the field for a column with an amount, None for every other column."""
        return self.amount_fields.get(column.name) or amount_field_class(column.name)

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Return an amount field for columns in minor units or basis points."""
        field_class = self.amount_field_of(db_field)
        if field_class is not None:
            return field_class.for_column(db_field)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.related_model is Product:
            mark_product_field(field)
        return field

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Use an autocomplete that already knows the label of the selected row."""
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = QuickAutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class AwaseAdmin(GuardedDeletions, ForgivingPages, ReadableHistory, AmountFields, _UnfoldModelAdmin):
    """An admin page with paging, filters in a side sheet, and no full row count."""

    form: "type[ModelForm[Any]]" = AmountForm
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    list_filter_sheet = True
    compressed_fields = False
    formfield_overrides = {
        models.DateTimeField: {"form_class": SplitLocalTimeField},
        models.TextField: {"widget": UnfoldAdminExpandableTextareaWidget},
        models.URLField: {"assume_scheme": "https"},
        models.JSONField: {"widget": UnfoldAdminExpandableTextareaWidget},
    }
    warn_unsaved_form = True
    delete_confirmation_template = "admin/catalog/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/catalog/delete_selected_confirmation.html"

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Search for "AB-1" if "ＡＢ－１" was entered."""
        return super().get_search_results(request, queryset, unicodedata.normalize("NFKC", search_term))

    def history_label(self, column: "models.Field[Any, Any]") -> str:
        """Return what the form of the page calls a column."""
        return str(self.reader_labels().get(column.name, column.verbose_name))

    def history_value(
        self, column: "models.Field[Any, Any]", value: Any, row: Mapping[str, Any]
    ) -> str | None:
        """Return amounts as ¥1,980 and 10%."""
        field_class = self.amount_field_of(column)
        return field_class.for_column(column).spoken(value, row) if field_class else None

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> list[Any]:
        """Name rows in lower case after "Add another", where Django capitalises them."""
        formsets: list[Any] = super().get_inline_formsets(*args, **kwargs)
        for formset in formsets:
            name = str(formset.opts.verbose_name)
            formset.inline_formset_data = formset.inline_formset_data().replace(capfirst(name), name)
        return formsets

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what would be deleted too, without read-only facts and rows that only link two others."""
        rows, counts, needed, protected = super().get_deleted_objects(objs, request)
        needed = set(needed) - self._names_of_facts()
        names = link_names()
        plurals = {f"{name}s" for name in names}
        counts = {name: count for name, count in counts.items() if capfirst(name) not in plurals}
        return without_links(rows, names), counts, needed, protected

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Name the offers that lose something by the deletion."""
        rows = self.model._default_manager.filter(pk=context["object"].pk)  # noqa: SLF001 (Django's model API)
        return super().render_delete_form(request, {**context, "losses": foresee_losses(rows)})

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Name the offers that lose something where an action asks before it deletes."""
        response = super().response_action(request, queryset, *args, **kwargs)
        context = getattr(response, "context_data", None) or {}
        if "deletable_objects" in context:
            keys = [row.pk for row in context["queryset"]]
            context["losses"] = foresee_losses(self.model._default_manager.filter(pk__in=keys))  # noqa: SLF001
        return response

    def seen_of_deletion(self, rows: list[Any]) -> list[Any]:
        """Add the offers that lose something."""
        chosen = self.model._default_manager.filter(pk__in=[row.pk for row in rows])  # noqa: SLF001
        return [*super().seen_of_deletion(rows), foresee_losses(chosen)]

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save inline rows; what the removed ones leave of offers is judged once the others are saved."""
        removed = [one.instance.pk for one in formset.deleted_forms if one.instance.pk]
        if not removed:
            super().save_formset(request, form, formset, change)
            return
        with watched(formset.model._default_manager.filter(pk__in=removed)), unwatched():  # noqa: SLF001
            super().save_formset(request, form, formset, change)

    def _names_of_facts(self) -> set[Any]:
        """Return the names of the models that cannot be deleted on their own."""
        site = self.admin_site
        known = [model for model in apps.get_models() if site.is_registered(model)]
        facts = [model for model in known if isinstance(site.get_model_admin(model), ReadOnly)]
        return {model._meta.verbose_name for model in facts}  # noqa: SLF001 (Django's documented model API)


class RevisedAdmin(AwaseAdmin):
    """A page on which every change raises a revision, in the same transaction.

    Bulk actions of a subclass call `raise_revision` themselves, in `transaction.atomic()`.
    """

    revision_domain: ClassVar[str]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the inline rows, then raise the revision."""
        super().save_related(request, form, formsets, change)
        raise_revision(domain=self.revision_domain)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete one row; Django opens the transaction."""
        super().delete_model(request, obj)
        raise_revision(domain=self.revision_domain)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete the selected rows."""
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            raise_revision(domain=self.revision_domain)


class ReadOnly(_Fields):
    """Read-only rows: they can be viewed but not changed."""

    def has_add_permission(self, request: HttpRequest, *_parent: Any) -> bool:
        """Return False: no one may add a row."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False: no one may change a row."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Return False: no one may delete a row."""
        return False


class ReadOnlyAdmin(ReadOnly, AwaseAdmin):
    """A read-only list and its pages."""

    list_disable_select_all = True
    actions = None


class PlainInline(AmountFields, _UnfoldTabularInline):
    """Inline rows whose autocompletes are filled without a query per row."""

    form: "type[ModelForm[Any]]" = AmountForm
    formset: Any = KnownChoicesFormSet
    extra = 0
    hide_title = True
    select_related: ClassVar[tuple[str, ...]] = ("product",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read the related rows in the same query."""
        return super().get_queryset(request).select_related(*self.select_related)


class SortableInline(PlainInline):
    """Inline rows that are sorted by dragging."""

    formset = SortedFormSet
    ordering_field = "position"
    hide_ordering_field = True
    ordering = ("position", "pk")


class ReadOnlyInline(ReadOnly, _UnfoldTabularInline):
    """Read-only inline rows."""

    extra = 0
    hide_title = True
    can_delete = False
