"""List filters of the catalogue."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

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


class ChoiceFilter(_Choice):
    """One of a few choices in a list; an unknown one in the address filters nothing."""

    options: ClassVar[Sequence[tuple[str, Any]]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        del request, model_admin
        return list(self.options)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of the choice."""
        del request
        value = self.value()
        return self.chosen(queryset, value) if value in dict(self.options) else queryset

    def chosen(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Return the rows of one choice."""
        raise NotImplementedError


class StockFilter(ChoiceFilter):
    """Filter products by stock."""

    title = _("stock")
    parameter_name = "stock"
    options = (("in", _("in stock")), ("out", _("out of stock")), ("untracked", _("not tracked")))

    def chosen(self, queryset: QuerySet[Product], value: str) -> QuerySet[Product]:
        """Return the products in this state."""
        conditions = {"in": Q(stock__gt=0), "out": Q(stock=0), "untracked": Q(stock__isnull=True)}
        return queryset.filter(conditions[value])


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
