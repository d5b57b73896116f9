"""The offers application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OffersConfig(AppConfig):
    """Names the application in the admin."""

    name = "offers"
    verbose_name = _("offers")
