"""How many people are shown less at the moment, as the worker last counted."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HeldBackScope(models.TextChoices):
    """What is held back."""

    NOBODY = "nobody", _("people with a ledger")
    EVERYTHING = "everything", _("all offers")
    KIND = "kind", _("offers of a kind")
    OFFER = "offer", _("offer")
    CATEGORY = "category", _("category")
    PRODUCT = "product", _("product")


class HeldBackCount(models.Model):
    """The number of people from whom something is held back for a reason.

    `name` is the code of an offer or a kind, the primary key of a category, or a SKU.

    One row of the scope `nobody` has the number of all people with a ledger. A count replaces all rows.
    """

    scope = models.CharField(_("scope"), max_length=16, choices=HeldBackScope)
    name = models.CharField(_("name"), max_length=64, blank=True, default="")
    reason = models.CharField(_("reason"), max_length=32, blank=True, default="")
    person_count = models.PositiveBigIntegerField(_("people"))
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("count of people held back")
        verbose_name_plural = _("counts of people held back")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "name", "reason"], name="analytics_heldbackcount_once"),
            models.CheckConstraint(
                condition=Q(scope__in=HeldBackScope.values), name="analytics_heldbackcount_scope_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.name}: {self.person_count}"
