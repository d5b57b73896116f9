"""The offers application."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OffersConfig(AppConfig):
    """Names the application in the admin."""

    name = "offers"
    verbose_name = _("offers")

    def ready(self) -> None:
        """Watch the products that offers name: their deletion and their currency. The models exist now."""
        import_module("offers.services.deletion")
        import_module("offers.services.audience.deletion")
        import_module("offers.services.currency")
