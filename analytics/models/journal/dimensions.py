"""What many decisions have in common, stored once, so that the rows of decisions stay narrow.

`digest` names the values of a row. Nothing here refers to an offer, a placement or a key by a foreign key:
what was decided stays true when they are deleted.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JournalContext(models.Model):
    """Where and for whom decisions were made; `key` is the primary key of the API key, 0 for shared answers.

    `audiences` are primary keys, ascending; None if nothing asked for them. Of the locale it has only the
    language: callers can invent locales, and each would be a row.
    """

    digest = models.CharField(max_length=32, unique=True)
    placement = models.CharField(_("placement"), max_length=64)
    channel = models.CharField(_("channel"), max_length=32)
    key = models.BigIntegerField(_("API key"))
    language = models.CharField(_("language"), max_length=2)
    country = models.CharField(_("country"), max_length=2)
    segment = models.CharField(_("segment"), max_length=32)
    audiences = models.JSONField(_("audiences"), null=True)

    class Meta:
        verbose_name = _("context of decisions")
        verbose_name_plural = _("contexts of decisions")

    def __str__(self) -> str:
        return f"{self.placement} {self.channel}"


class JournalOffer(models.Model):
    """An offer as it was shown: one version of its terms, and the strategy that filled the slot."""

    digest = models.CharField(max_length=32, unique=True)
    offer = models.BigIntegerField(_("offer"))
    code = models.CharField(_("code"), max_length=64)
    version = models.PositiveIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=32)
    strategy = models.CharField(_("strategy"), max_length=32)
    currency = models.CharField(_("currency"), max_length=32)

    class Meta:
        verbose_name = _("offer of decisions")
        verbose_name_plural = _("offers of decisions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["code"], name="analytics_journaloffer_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class ShopperKind(models.TextChoices):
    """By what a shopper is known."""

    CUSTOMER = "customer", _("customer")
    VISITOR = "visitor", _("visitor")


class JournalShopper(models.Model):
    """Whom decisions were made for, by the shop's own id: the only personal datum of the journal.

    Once a shopper is forgotten, `key` is None, and the decisions are those of somebody unknown. Who a
    customer is today, after merges, is found by the `external_id` of `Customer`.
    """

    kind = models.CharField(_("kind"), max_length=16, choices=ShopperKind)
    key = models.CharField(_("ID"), max_length=128, null=True)  # noqa: DJ001 (many may be forgotten)
    last_day = models.DateField(_("last decision"))

    class Meta:
        verbose_name = _("shopper of decisions")
        verbose_name_plural = _("shoppers of decisions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "kind"], name="analytics_journalshopper_once"),
            models.CheckConstraint(
                condition=Q(kind__in=ShopperKind.values), name="analytics_journalshopper_kind_known"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["last_day"], name="analytics_journalshopper_last")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
