"""Subscriptions: an interval, a recurring price and an introductory one."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import BenefitKind
from engine.money import MAX_MINOR
from offers.models.offer import Offer


class SubscriptionOffer(Offer):
    """Every N days at a lower price: the offer's own benefit, after an introductory one."""

    intro_kind = models.CharField(
        _("introductory price"), max_length=8, choices=BenefitKind, default=BenefitKind.NONE
    )
    intro_value = models.BigIntegerField(_("introductory value"), default=0)
    intro_cycles = models.PositiveIntegerField(
        _("introductory deliveries"),
        default=0,
        help_text=_("0: the recurring price from the first delivery."),
    )
    interval_days = models.JSONField(
        _("intervals in days"),
        default=list,
        blank=True,
        help_text=_("Such as [30, 60]. Empty: every interval that the shop offers."),
    )

    class Meta:
        app_label = "offers"
        default_permissions = ()
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(intro_kind=BenefitKind.NONE, intro_value=0)
                | Q(intro_kind=BenefitKind.PERCENT, intro_value__gte=1, intro_value__lte=10_000)
                | Q(
                    intro_kind__in=[BenefitKind.AMOUNT, BenefitKind.FIXED],
                    intro_value__gte=0,
                    intro_value__lte=MAX_MINOR,
                ),
                name="offers_subscriptionoffer_intro_range",
                violation_error_message=_(
                    "A percentage must be between 0.01 and 100 percent, and an amount must not be negative."
                ),
            ),
            models.CheckConstraint(
                condition=Q(intro_cycles__lte=1000),
                name="offers_subscriptionoffer_intro_cycles_range",
                violation_error_message=_("At most 1,000 introductory deliveries."),
            ),
        ]
