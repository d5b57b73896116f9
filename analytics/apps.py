"""The analytics application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    """The application's name in the admin."""

    name = "analytics"
    verbose_name = _("analytics")
