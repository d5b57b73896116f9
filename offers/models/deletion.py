"""Offers that a deletion has paused."""

from django.db import models
from django.utils.translation import gettext_lazy as _

NAMES_LENGTH = 500


class Lost(models.TextChoices):
    """What was deleted."""

    PRODUCT = "product", _("product")
    CATEGORY = "category", _("category")
    BUNDLE = "bundle", _("bundle")
    PLACEMENT = "placement", _("placement")
    CODE = "code", _("promotion code")


class DeletionPause(models.Model):
    """The deletion that took the last thing that an offer applied to, until somebody has dealt with it."""

    offer = models.OneToOneField(
        "Offer",
        verbose_name=_("offer"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="deletion_pause",
    )
    lost = models.CharField(_("type"), max_length=16, choices=Lost)
    names = models.CharField(_("names"), max_length=NAMES_LENGTH)
    paused_at = models.DateTimeField(_("paused"))

    class Meta:
        default_permissions = ()
        verbose_name = _("pause after a deletion")
        verbose_name_plural = _("pauses after deletions")

    def __str__(self) -> str:
        return self.names
