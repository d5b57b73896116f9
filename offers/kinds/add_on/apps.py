"""Add-ons: options on a product, such as a syrup, an engraving or gift wrap."""

from django.utils.translation import gettext_lazy as _

from offers.kinds.config import KindConfig


class AddOnConfig(KindConfig):
    """Installs the kind."""

    name = "offers.kinds.add_on"
    label = "offers_add_on"
    code = "add_on"
    verbose_name = _("add-on")
