"""The gateway application: the entrance of the API."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """Names the application in the admin."""

    name = "gateway"
    verbose_name = _("API access")
