"""List filters of the catalogue."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, DropdownFilter

from catalog.models import Category, Product

if TYPE_CHECKING:
    _Choice = admin.SimpleListFilter
    _Related = admin.RelatedFieldListFilter
else:
    _Choice = DropdownFilter
    _Related = AutocompleteSelectFilter


class StockFilter(_Choice):
    """Filter products by stock."""

    title = _("stock")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the three stock states."""
        return [("in", _("in stock")), ("out", _("out of stock")), ("untracked", _("not tracked"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        """Return the products in the selected state."""
        conditions = {"in": Q(stock__gt=0), "out": Q(stock=0), "untracked": Q(stock__isnull=True)}
        return queryset.filter(conditions.get(self.value() or "", Q()))


class CategoryBranchFilter(_Related):
    """Filter products by a category and its subcategories."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the category and its subcategories."""
        chosen = self.used_parameters.get(self.lookup_kwarg)
        key = str((chosen[0] if isinstance(chosen, list) else chosen) or "")
        if not key:
            return queryset
        if not (key.isascii() and key.isdecimal()):
            raise IncorrectLookupParameters
        path = Category.objects.filter(pk=key).values_list("path", flat=True).first()
        if path is None:
            return queryset.none()
        below = f"{path}{Category.PATH_SEPARATOR}"
        name = self.field_path
        return queryset.filter(Q(**{f"{name}__path": path}) | Q(**{f"{name}__path__startswith": below}))
