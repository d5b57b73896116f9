"""Lists whose address somebody altered by hand."""

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

# The digits of the largest key that every database holds.
KEY_DIGITS = 18


class ForgivingFilters(_Page):
    """Show a list without its filters where one of them holds what no database can look for.

    Django does so for a filter it cannot read itself. A NUL, a key of thirty digits and a year 99999 fail
    later, while the rows are counted or the choices of a filter are drawn.
    """

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, or say that its address is at fault."""
        if any(_is_beyond(str(value)) for name, value in request.GET.items() if name != SEARCH_VAR):
            raise IncorrectLookupParameters
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError, DataError) as error:
            raise IncorrectLookupParameters from error


def _is_beyond(value: str) -> bool:
    """Return whether no database can look for this."""
    return "\0" in value or (len(value) > KEY_DIGITS and value.removeprefix("-").isdecimal())
