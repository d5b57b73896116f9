"""Upgrades need no more columns than an offer has; the class only names the kind."""

from django.utils.translation import gettext_lazy as _

from offers.models.offer import Offer


class UpgradeOffer(Offer):
    """Instead of A take B."""

    class Meta:
        app_label = "offers"
        proxy = True
        default_permissions = ()
        verbose_name = _("upgrade")
        verbose_name_plural = _("upgrades")
