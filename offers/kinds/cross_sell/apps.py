"""Cross-sells: what goes well with the page or cart."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.config import KindConfig


class CrossSellConfig(KindConfig):
    """Installs the kind."""

    name = "offers.kinds.cross_sell"
    label = "offers_cross_sell"
    code = "cross_sell"
    verbose_name = _("cross-sell")
