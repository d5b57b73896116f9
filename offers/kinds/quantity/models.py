"""Quantity discounts and their tiers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import BenefitColumns, benefit_constraint
from offers.models.offer import MAX_COUNT, Offer, UnitOrder


class TierMode(models.TextChoices):
    """Which units a tier prices."""

    GRADUATED = "graduated", _("each unit at its own tier")
    VOLUME = "volume", _("all units at the tier reached")


class AfterLastTier(models.TextChoices):
    """What the units after the last tier cost."""

    HOLD = "hold", _("the last tier continues")
    REPEAT = "repeat", _("the tiers start over")
    LIST = "list", _("list price")


class Counting(models.TextChoices):
    """Which units are counted together."""

    PRODUCT = "product", _("each product separately")
    SET = "set", _("all products of the offer together")
    CATEGORY = "category", _("each category separately")


class QuantityOffer(Offer):
    """Buy more, pay less each."""

    mode = models.CharField(_("how tiers apply"), max_length=16, choices=TierMode, default=TierMode.GRADUATED)
    after_last = models.CharField(
        _("after the last tier"), max_length=8, choices=AfterLastTier, default=AfterLastTier.HOLD
    )
    counting = models.CharField(_("counted"), max_length=8, choices=Counting, default=Counting.PRODUCT)
    unit_order = models.CharField(
        _("discounted first"), max_length=32, choices=UnitOrder, default=UnitOrder.CHEAPEST_FIRST
    )

    class Meta:
        app_label = "offers"
        default_permissions = ()
        verbose_name = _("quantity discount")
        verbose_name_plural = _("quantity discounts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(mode__in=TierMode.values)
                & Q(after_last__in=AfterLastTier.values)
                & Q(counting__in=Counting.values)
                & Q(unit_order__in=UnitOrder.values),
                name="offers_quantityoffer_rules_known",
                violation_error_message=_(
                    "Invalid value for “Tiers apply to”, “Units after the last tier”, “Units are counted” or "
                    "“Discounted first”."
                ),
            ),
        ]


class QuantityTier(BenefitColumns):
    """What a unit costs from a quantity on."""

    offer = models.ForeignKey(
        QuantityOffer, verbose_name=_("quantity discount"), on_delete=models.CASCADE, related_name="tiers"
    )
    from_quantity = models.PositiveIntegerField(_("from unit"))

    class Meta:
        app_label = "offers"
        default_permissions = ()
        verbose_name = _("quantity tier")
        verbose_name_plural = _("quantity tiers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            benefit_constraint("offers_quantitytier_benefit_range"),
            models.UniqueConstraint(
                fields=["offer", "from_quantity"],
                name="offers_quantitytier_once",
                violation_error_message=_("Two tiers start at the same unit."),
            ),
            models.CheckConstraint(
                condition=Q(from_quantity__gte=1, from_quantity__lte=MAX_COUNT),
                name="offers_quantitytier_from_quantity_range",
                violation_error_message=_("A tier must start at unit 1 or later."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_quantity}+"
