"""Permission groups."""

from typing import TYPE_CHECKING, Any

import unfold.admin
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import ManyToManyField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.conflicts.deletion import GuardedDeletions
from accounts.admin.filtering import ForgivingPages
from accounts.admin.history import ReadableHistory

if TYPE_CHECKING:
    _GroupAdmin = BaseGroupAdmin
else:

    class _GroupAdmin(
        GuardedDeletions, ForgivingPages, ReadableHistory, BaseGroupAdmin, unfold.admin.ModelAdmin
    ):
        """Django's admin pages with Unfold's design."""


VERBS = {
    "add": gettext_lazy("add"),
    "change": gettext_lazy("change"),
    "delete": gettext_lazy("delete"),
    "view": gettext_lazy("view"),
}

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(_GroupAdmin):
    """Permission groups; `create_groups` creates the two default ones."""

    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)
    compressed_fields = False

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        """Label each permission in the user's language; the database stores English names."""
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "permissions":
            field.label_from_instance = permission_label
        return field


def permission_label(permission: Permission) -> str:
    """Return "Product: change"."""
    verb, _separator, _model = permission.codename.partition("_")
    model = permission.content_type.model_class()
    name = model._meta.verbose_name if model else permission.content_type.model  # noqa: SLF001 (Django's model API)
    return _("%(model)s: %(verb)s") % {"model": name, "verb": VERBS.get(verb, verb)}
