"""Offers that a deletion has paused."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

NAMES_LENGTH = 500


class Lost(models.TextChoices):
    """What was deleted."""

    PRODUCT = "product", _("product")
    CATEGORY = "category", _("category")
    BUNDLE = "bundle", _("bundle")
    PLACEMENT = "placement", _("placement")
    CODE = "code", _("promotion code")
    LADDER = "ladder", _("upgrade ladder")
    TIER = "tier", _("tier")
    RELATION = "relation", _("relation")
    CONTEXT = "context", _("context value")
    AUDIENCE = "audience", pgettext_lazy("a set of customers", "audience")
    ATTRIBUTE = "attribute", _("customer attribute")
    CHOICE = "choice", _("choice")


class DeletionPause(models.Model):
    """A deletion that left an offer with nothing to apply to or to propose, or with nobody to be for.

    `settled_at` is when the offer was published again. The row stays: it belongs to the offer's history.
    """

    offer = models.ForeignKey(
        "Offer", verbose_name=_("offer"), on_delete=models.CASCADE, related_name="deletion_pauses"
    )
    lost = models.CharField(_("type"), max_length=16, choices=Lost)
    names = models.CharField(_("names"), max_length=NAMES_LENGTH)
    paused_at = models.DateTimeField(_("paused at"))
    settled_at = models.DateTimeField(_("published again"), null=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("pause after a deletion")
        verbose_name_plural = _("pauses after deletions")

    def __str__(self) -> str:
        return self.names
