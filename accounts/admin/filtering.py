"""Lists whose address somebody altered by hand."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import DataError
from django.http import HttpRequest

if TYPE_CHECKING:
    _Page = admin.ModelAdmin[Any]
else:
    _Page = object


class ForgivingFilters(_Page):
    """Show a list without its filters where one of them holds what no database can look for.

    Django does so for a filter it cannot read itself. A year 99999, a NUL and a key of thirty digits fail
    later, while the rows are counted.
    """

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list, or say that its address is at fault."""
        try:
            return super().get_changelist_instance(request)
        except (OverflowError, ValueError, DataError) as error:
            raise IncorrectLookupParameters from error
