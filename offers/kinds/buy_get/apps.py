"""Buy X, get Y."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.config import KindConfig


class BuyGetConfig(KindConfig):
    """Installs the kind."""

    name = "offers.kinds.buy_get"
    label = "offers_buy_get"
    code = "buy_get"
    verbose_name = _("buy X get Y")
