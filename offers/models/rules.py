"""The shop's pricing rules, the versions of its offers, the codes that open them and what they used up."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models.customer import Customer
from offers.models.offer import LaneCode, Offer


class LaneMode(models.TextChoices):
    """How the offers of one lane stand to each other."""

    BEST = "best", _("the one that saves the shopper most")
    FIRST = "first", _("the one of highest priority")
    STACK = "stack", _("all of them, by priority")


class Lane(models.Model):
    """A step of pricing: the lanes follow each other, each sees what the one before left of the prices.

    A lane without a row stands in its usual place (single lines, bundles, whole cart) with mode “best”.
    """

    code = models.CharField(_("lane"), max_length=8, choices=LaneCode, unique=True)
    mode = models.CharField(_("offers of this lane"), max_length=8, choices=LaneMode, default=LaneMode.BEST)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        default_permissions = ()
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(code__in=LaneCode.values) & Q(mode__in=LaneMode.values),
                name="offers_lane_known",
                violation_error_message=_("Unknown lane or mode."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class OfferVersion(models.Model):
    """The terms of an offer as they stood from one moment on: append-only, one row a change of price."""

    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    terms = models.JSONField(_("terms"))
    changed_at = models.DateTimeField(_("holds from"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("offer version")
        verbose_name_plural = _("offer versions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["offer", "number"], name="offers_offerversion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} v{self.number}"


class PromotionCode(models.Model):
    """A code that opens an offer: an offer with codes is for those who enter one.

    Codes are kept as they are compared: NFKC, upper case, without spaces around.
    """

    offer = models.ForeignKey(Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=64, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("promotion code")
        verbose_name_plural = _("promotion codes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(code=""),
                name="offers_promotioncode_not_empty",
                violation_error_message=_("A code is not empty."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class OfferUsage(models.Model):
    """What an offer has used up of its limits, reserved uses included.

    Changed by conditional updates only.
    """

    offer = models.OneToOneField(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, primary_key=True, related_name="usage"
    )
    used_count = models.PositiveBigIntegerField(_("uses"), default=0)
    spent_minor = models.BigIntegerField(_("spent"), default=0)

    class Meta:
        verbose_name = _("offer usage")
        verbose_name_plural = _("offer usage")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(spent_minor__gte=0), name="offers_offerusage_spent_range"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.used_count}"


class CustomerUsage(models.Model):
    """How often one customer used an offer, reserved uses included."""

    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="customer_usage"
    )
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="offer_usage"
    )
    used_count = models.PositiveIntegerField(_("uses"), default=0)

    class Meta:
        verbose_name = _("customer's offer usage")
        verbose_name_plural = _("customers' offer usage")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["offer", "customer"], name="offers_customerusage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} × {self.offer_id}: {self.used_count}"
