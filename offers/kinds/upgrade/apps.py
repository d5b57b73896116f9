"""Upgrades: a better product instead of the chosen one."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.config import KindConfig


class UpgradeConfig(KindConfig):
    """Installs the kind."""

    name = "offers.kinds.upgrade"
    label = "offers_upgrade"
    code = "upgrade"
    verbose_name = _("upgrade")
