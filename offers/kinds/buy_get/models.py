"""Buy X get Y: how many units to buy, and how many more are discounted."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models.offer import Offer, UnitOrder


class BuyGetOffer(Offer):
    """For every X units bought, Y units at the offer's benefit."""

    buy_count = models.PositiveIntegerField(
        _("buy"), default=2, help_text=_("Units of the trigger products.")
    )
    get_count = models.PositiveIntegerField(
        _("get"),
        default=1,
        help_text=_("Units of the discounted products, or of the same products if there are none."),
    )
    unit_order = models.CharField(
        _("discounted first"), max_length=32, choices=UnitOrder, default=UnitOrder.CHEAPEST_FIRST
    )

    class Meta:
        app_label = "offers"
        default_permissions = ()
        verbose_name = _("buy X get Y")
        verbose_name_plural = _("buy X get Y")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(buy_count__gte=1, buy_count__lte=999)
                & Q(get_count__gte=1, get_count__lte=999)
                & Q(unit_order__in=UnitOrder.values),
                name="offers_buygetoffer_counts_range",
                violation_error_message=_("A quantity must be between 1 and 999."),
            ),
        ]
