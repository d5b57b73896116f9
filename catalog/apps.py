"""The catalog application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """The application's name in the admin."""

    name = "catalog"
    verbose_name = _("catalogue")
