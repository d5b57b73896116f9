"""Admin pages that survive what no form of theirs sends: invalid query parameters, keys and search words."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db import DataError, models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from accounts.admin.keys import KEY_DIGITS, KeySelectMultiple, KeysField, is_key

if TYPE_CHECKING:
    _Page = admin.ModelAdmin[Any]
    _Fields = admin.options.BaseModelAdmin[Any]
else:
    _Page = _Fields = object

# Nothing that can be searched for is longer; SQLite refuses conditions with very many or very long parts.
MAX_SEARCH_CHARACTERS, MAX_SEARCH_WORDS = 500, 50


class ForgivingFields(_Fields):
    """Form fields for several rows that refuse what cannot be a key."""

    def formfield_for_manytomany(
        self, db_field: "models.ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Return a field that checks keys; its autocomplete looks up nothing else."""
        kwargs.setdefault("form_class", KeysField)
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KeySelectMultiple(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ForgivingPages(ForgivingFields, _Page):
    """Show a list without its filters if one of them has a value that the database cannot search for.

    Django does this for filters that it cannot parse. A NUL character, a key of thirty digits or the year
    99999 only fail later, while rows are counted or the choices of a filter are rendered. Likewise, what
    cannot be a key leads to no row, and what is too long to be searched for is not found.
    """

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, or raise IncorrectLookupParameters for invalid filters."""
        if any(_is_beyond(str(value)) for name, value in request.GET.items() if name != SEARCH_VAR):
            raise IncorrectLookupParameters
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError, DataError) as error:
            raise IncorrectLookupParameters from error

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return a row, None if it does not exist or cannot exist."""
        return super().get_object(request, object_id, from_field) if is_key(object_id) else None

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Find nothing for what no row can hold."""
        is_long = len(search_term) > MAX_SEARCH_CHARACTERS or len(search_term.split()) > MAX_SEARCH_WORDS
        if is_long or "\0" in search_term:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def response_action(
        self, request: HttpRequest, queryset: models.QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Do nothing to rows that cannot exist; the list is shown again."""
        if not all(map(is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            self.message_user(request, _("The selected rows do not exist."), messages.ERROR)
            return None
        return super().response_action(request, queryset, *args, **kwargs)


def _is_beyond(value: str) -> bool:
    """Return whether the database cannot search for this value."""
    return "\0" in value or (len(value) > KEY_DIGITS and value.removeprefix("-").isdecimal())
