"""The category tree."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.deletion import Watched, WatchedQuerySet


class CategoryQuerySet(WatchedQuerySet["Category"]):
    """Sets of categories."""


class Category(Watched):
    """A node of the category tree; `path` is the path from the root ("Grocery > Dairy")."""

    PATH_SEPARATOR = " > "

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent category"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    path = models.CharField(_("path"), max_length=500, unique=True, editable=False)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="catalog_category_not_own_parent",
                violation_error_message=_("A category cannot be its own parent."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="catalog_category_named",
                violation_error_message=_("A category needs a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.path

    def clean(self) -> None:
        """Refuse a parent below this category, and a name that contains the path separator."""
        if self.PATH_SEPARATOR.strip() in self.name:
            raise ValidationError(
                {"name": _("A name cannot contain “>”, which separates the names of a path.")}
            )
        if (
            self.pk
            and self.parent
            and f"{self.parent.path}{self.PATH_SEPARATOR}".startswith(
                f"{type(self).objects.only('path').get(pk=self.pk).path}{self.PATH_SEPARATOR}"
            )
        ):
            raise ValidationError({"parent": _("The parent cannot be a subcategory of this category.")})
