"""Add-ons: how many options a product takes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models.offer import Offer


class AddOnOffer(Offer):
    """Options on a product: the hand-picked products, at a surcharge."""

    min_count = models.PositiveIntegerField(_("at least"), default=0, help_text=_("Options per unit."))
    max_count = models.PositiveIntegerField(
        _("at most"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    included_count = models.PositiveIntegerField(
        _("included"), default=0, help_text=_("How many options are free, the cheapest first.")
    )

    class Meta:
        app_label = "offers"
        default_permissions = ()
        verbose_name = _("add-on")
        verbose_name_plural = _("add-ons")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(min_count__lte=99)
                & Q(included_count__lte=99)
                & (
                    Q(max_count__isnull=True)
                    | Q(max_count__gte=models.F("min_count")) & Q(max_count__gte=1, max_count__lte=99)
                ),
                name="offers_addonoffer_counts_range",
                violation_error_message=_(
                    "At most 99 options, and the maximum must not be below the minimum."
                ),
            ),
        ]
