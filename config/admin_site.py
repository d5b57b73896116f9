"""The site of the admin: Unfold's, without the work that pages do not show."""

from functools import partial
from typing import Any

from django.contrib.admin.apps import SimpleAdminConfig
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite


class AwaseAdminSite(UnfoldAdminSite):  # type: ignore[misc] # Unfold ships no types
    """Lists the apps only where a page shows them: the sidebar is the navigation of `config.navigation`."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return all apps and models that the user may see, found out when they are first read."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))


# The admin is autodiscovered with the URLs: a worker needs neither and saves 20 MB.
class AwaseAdminConfig(SimpleAdminConfig):
    """Django's admin with this site."""

    default_site = "config.admin_site.AwaseAdminSite"
