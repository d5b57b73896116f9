"""The gateway application: how calls come in."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewayConfig(AppConfig):
    """Names the application in the admin."""

    name = "gateway"
    verbose_name = _("API access")
