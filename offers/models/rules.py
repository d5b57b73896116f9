"""The shop's pricing rules, the versions of its offers, the codes that open them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.deletion import Watched, WatchedQuerySet
from offers.models.offer import LaneCode, Offer


class LaneMode(models.TextChoices):
    """How the offers of a lane combine."""

    BEST = "best", _("only the offer with the largest saving")
    FIRST = "first", _("only the offer with the highest priority")
    STACK = "stack", _("all of them, by priority")


class Lane(models.Model):
    """A step of pricing: the lanes follow each other, each sees what the one before left of the prices.

    A lane without a row is in its usual place (single lines, bundles, whole cart) with mode “best”.
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
    """The terms of an offer as they stood from one moment on: append-only, one row a change of price.

    With `keeps_price`, they are those of the version before: something was deleted that the offer used.
    """

    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveIntegerField(_("version"))
    terms = models.JSONField(_("terms"))
    changed_at = models.DateTimeField(_("valid from"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    keeps_price = models.BooleanField(_("same price"), default=False)

    class Meta:
        default_permissions = ()
        verbose_name = _("offer version")
        verbose_name_plural = _("offer versions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["offer", "number"], name="offers_offerversion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} v{self.number}"


class PromotionCodeQuerySet(WatchedQuerySet["PromotionCode"]):
    """Sets of promotion codes."""


class PromotionCode(Watched):
    """A code of an offer: shoppers need one of its codes to get the offer.

    Codes are kept as they are compared: NFKC, upper case, without spaces around.
    """

    offer = models.ForeignKey(Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=64, unique=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = PromotionCodeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("promotion code")
        verbose_name_plural = _("promotion codes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(code=""),
                name="offers_promotioncode_not_empty",
                violation_error_message=_("A code must not be empty."),
            ),
        ]

    def __str__(self) -> str:
        return self.code
