"""Quantity discounts: buy more, pay less each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.kinds.config import KindConfig


class QuantityConfig(KindConfig):
    """Installs the kind."""

    name = "offers.kinds.quantity"
    label = "offers_quantity"
    code = "quantity"
    verbose_name = _("quantity discount")
    offer_rules = (
        models.CheckConstraint(
            condition=~Q(kind="quantity") | Q(benefit_kind="none"),
            name="offers_offer_quantity_price",
            violation_error_message=_("The prices of a quantity discount are set on its tiers."),
        ),
    )
