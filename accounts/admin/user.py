"""Users: staff, their groups and their language."""

from typing import TYPE_CHECKING, Any

import unfold.admin
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.admin.conflicts.deletion import GuardedDeletions
from accounts.admin.filtering import ForgivingPages
from accounts.admin.history import ReadableHistory
from accounts.models import User

if TYPE_CHECKING:
    _UserAdmin = BaseUserAdmin[Any]
else:

    class _UserAdmin(
        GuardedDeletions, ForgivingPages, ReadableHistory, BaseUserAdmin, unfold.admin.ModelAdmin
    ):
        """Django's admin pages with Unfold's design."""


@admin.register(User)
class UserAdmin(_UserAdmin):
    """The people who work in the admin."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "full_name", "email", "language", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "groups", "language")
    list_filter_submit = True
    compressed_fields = False
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    list_per_page = 50
    filter_horizontal = ()
    autocomplete_fields = ("groups",)
    follows_stored = ("last_login",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "language")}),
        (_("Person"), {"fields": (("first_name", "last_name"), "email")}),
        (
            _("Permissions"),
            {"fields": (("is_active", "is_staff", "is_superuser"), "groups")},
        ),
        (_("Dates"), {"fields": (("last_login", "date_joined"),)}),
    )

    @admin.display(description=_("name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"
