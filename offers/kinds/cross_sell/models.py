"""Cross-sells need no more columns than an offer has; the class only names the kind."""

from django.utils.translation import gettext_lazy as _

from offers.models.offer import Offer


class CrossSellOffer(Offer):
    """What goes well with the page or cart."""

    class Meta:
        app_label = "offers"
        proxy = True
        default_permissions = ()
        verbose_name = _("cross-sell")
        verbose_name_plural = _("cross-sells")
