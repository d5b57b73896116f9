"""Groups: what a kind of work may do."""

from typing import TYPE_CHECKING

import unfold.admin
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.models import Group

if TYPE_CHECKING:
    _GroupAdmin = BaseGroupAdmin
else:

    class _GroupAdmin(BaseGroupAdmin, unfold.admin.ModelAdmin):
        """Django's pages in Unfold's dress."""


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(_GroupAdmin):
    """Permission groups; `create_groups` makes the usual two."""

    list_display = ("name",)
    search_fields = ("name",)
    ordering = ("name",)
