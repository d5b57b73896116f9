"""The checkout application: quotes, orders and refunds."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CheckoutConfig(AppConfig):
    """Names the application in the admin."""

    name = "checkout"
    verbose_name = _("checkout")
