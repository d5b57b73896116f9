"""Admin lists that survive invalid query parameters."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db import DataError
from django.http import HttpRequest

if TYPE_CHECKING:
    _Page = admin.ModelAdmin[Any]
else:
    _Page = object

# The number of digits of the largest key that every database supports.
KEY_DIGITS = 18


class ForgivingFilters(_Page):
    """Show a list without its filters if one of them has a value that the database cannot search for.

    Django does this for filters that it cannot parse. A NUL character, a key of thirty digits or the year
    99999 only fail later, while rows are counted or the choices of a filter are rendered.
    """

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, or raise IncorrectLookupParameters for invalid filters."""
        if any(_is_beyond(str(value)) for name, value in request.GET.items() if name != SEARCH_VAR):
            raise IncorrectLookupParameters
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError, DataError) as error:
            raise IncorrectLookupParameters from error


def _is_beyond(value: str) -> bool:
    """Return whether the database cannot search for this value."""
    return "\0" in value or (len(value) > KEY_DIGITS and value.removeprefix("-").isdecimal())
