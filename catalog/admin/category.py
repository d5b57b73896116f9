"""The category tree, listed by path."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from catalog.admin.amounts import AmountForm
from catalog.admin.base import RevisedAdmin
from catalog.models import Category, Product
from catalog.services.category import check_category, save_category


class CategoryForm(AmountForm):
    """The name and the parent of a category."""

    def _post_clean(self) -> None:
        """Check the whole path once the name and the parent are set; errors are added to their fields."""
        super()._post_clean()  # type: ignore[misc] # Django's hook after clean()
        if self.errors:
            return
        before = Category.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        try:
            check_category(category=self.instance, before=before)
        except ValidationError as error:
            self.add_error(None, error)


@admin.register(Category)
class CategoryAdmin(RevisedAdmin):
    """Categories in the order of the tree."""

    revision_domain = "catalog"
    form = CategoryForm
    list_display = ("path", "name", "product_count")
    list_filter = (("parent", AutocompleteSelectFilter),)
    search_fields = ("path",)
    search_help_text = _("Any part of the path")
    ordering = ("path",)
    autocomplete_fields = ("parent",)
    fields = ("name", "parent")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        queryset: QuerySet[Category] = super().get_queryset(request)
        # Counted with the index for the rows of the page, not for the whole tree.
        products = Product.objects.filter(category=OuterRef("pk")).order_by().values("category")
        counted = products.annotate(total=Count("pk")).values("total")
        return queryset.annotate(product_total=Coalesce(Subquery(counted), 0))

    @admin.display(description=_("products"), ordering="product_total")
    def product_count(self, category: Any) -> int:
        count: int = category.product_total
        return count

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """Save the category and the paths below it."""
        save_category(category=obj)
