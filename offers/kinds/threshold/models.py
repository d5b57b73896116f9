"""Threshold rewards: what to reach, and the reward."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from engine.money import MAX_MINOR
from offers.models.offer import Offer


class Measure(models.TextChoices):
    """What a threshold measures."""

    SPEND = "spend", _("what is spent")
    QUANTITY = "quantity", _("the number of units")


class ThresholdBase(models.TextChoices):
    """At which prices spend is measured."""

    LANE_ENTRY = "lane_entry", _("prices before this lane's offers")
    RUNNING = "running", _("prices after the preceding offers")


class ThresholdOffer(Offer):
    """From a spend or a number of units on: the offer's benefit, a gift, free shipping."""

    measure = models.CharField(_("measures"), max_length=8, choices=Measure, default=Measure.SPEND)
    at_least = models.BigIntegerField(_("from"), help_text=_("An amount, or a number of units."))
    threshold_base = models.CharField(
        _("spend at"), max_length=16, choices=ThresholdBase, default=ThresholdBase.LANE_ENTRY
    )
    gives_free_shipping = models.BooleanField(_("free shipping"), default=False)
    gift = models.ForeignKey(
        Product,
        verbose_name=_("gift"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="given_by_offers",
    )
    gift_quantity = models.PositiveIntegerField(_("units of the gift"), default=1)

    class Meta:
        app_label = "offers"
        default_permissions = ()
        verbose_name = _("threshold reward")
        verbose_name_plural = _("threshold rewards")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(measure__in=Measure.values) & Q(threshold_base__in=ThresholdBase.values),
                name="offers_thresholdoffer_rules_known",
                violation_error_message=_("Invalid value for “Reached by” or “Spend is measured”."),
            ),
            models.CheckConstraint(
                condition=Q(at_least__gte=1, at_least__lte=MAX_MINOR),
                name="offers_thresholdoffer_at_least_range",
                violation_error_message=_("A threshold must be above 0."),
            ),
            models.CheckConstraint(
                condition=Q(gift_quantity__gte=1, gift_quantity__lte=999),
                name="offers_thresholdoffer_gift_quantity_range",
                violation_error_message=_("A quantity must be between 1 and 999."),
            ),
        ]
