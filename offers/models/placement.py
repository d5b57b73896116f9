"""Placements: where on the storefront offers may appear."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.deletion import Watched, WatchedQuerySet


class PlacementQuerySet(WatchedQuerySet["Placement"]):
    """Sets of placements."""


class Placement(Watched):
    """A spot of the storefront (product page, cart, checkout, …) with room for some offers."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    slot_count = models.PositiveIntegerField(
        _("slots"), default=4, help_text=_("The maximum number of offers that it shows.")
    )
    is_about_cart = models.BooleanField(
        _("only about the cart"),
        default=False,
        help_text=_("Offers fit the cart, regardless of the product on the page."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_after_purchase = models.BooleanField(
        _("after the purchase"),
        default=False,
        help_text=_("The cart of the request has been bought. Offers are priced for a new order."),
    )

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(slot_count__gte=1, slot_count__lte=24),
                name="offers_placement_slot_count_range",
                violation_error_message=_("A placement has 1 to 24 slots."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
