"""Offers of bundles need no more columns than an offer has; the class only names the kind."""

from django.utils.translation import gettext_lazy as _

from offers.models.offer import Offer


class BundleOffer(Offer):
    """Bundles at their own price."""

    class Meta:
        app_label = "offers"
        proxy = True
        default_permissions = ()
        verbose_name = _("bundle offer")
        verbose_name_plural = _("bundle offers")
