"""Decisions and their slots: narrow rows, of which there are many.

`day` is that of the shop's time zone. Daily totals go by day and hour, the deletion of old rows by day; both
join small tables. References to those have no constraint and no index: their rows are never deleted while a
decision is left, and a constraint would be checked for each of millions of rows.
"""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from analytics.models.journal.dimensions import JournalContext, JournalOffer, JournalShopper
from engine.sku import SKU_MAX_LENGTH


class JournaledDecision(models.Model):
    """One decision for one placement.

    `decision` is the ID in its token, and `page` that of the first decision of the page, empty if it is the
    decision itself. `shopper` is the customer, else the visitor; `visitor` is set if both were known.
    `arms` are those of experiments by code, `propensities` the chances with which bandits chose them.
    """

    decision = models.CharField(_("decision"), max_length=24)
    page = models.CharField(_("page"), max_length=24)
    at = models.DateTimeField(_("decided"))
    day = models.DateField(_("day"))
    context = models.ForeignKey(
        JournalContext, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    shopper = models.ForeignKey(
        JournalShopper,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    visitor = models.ForeignKey(
        JournalShopper,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    product = models.CharField(_("product of the page"), max_length=SKU_MAX_LENGTH)
    cart_count = models.PositiveSmallIntegerField(_("products in the cart"))
    shown_count = models.PositiveSmallIntegerField(_("offers shown"))
    arms = models.JSONField(_("arms"), null=True)
    propensities = models.JSONField(_("propensities"), null=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day"], name="analytics_journaled_day"),
            # Events name the decision.
            models.Index(fields=["decision"], name="analytics_journaled_decision"),
        ]

    def __str__(self) -> str:
        return self.decision


class JournaledSlot(models.Model):
    """An offer that was shown by a decision or, if `withheld_by` is set, would have been.

    `hour` counts from the start of the day. `withheld_by` is `holdout` or the code of an experiment.
    `product` is the first of the slot's products. `relevance` is the share of shoppers who were expected to
    accept before any answers, 0 to 1. Amounts are in minor units of the offer's currency.
    """

    decision = models.ForeignKey(JournaledDecision, on_delete=models.CASCADE, related_name="slots")
    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"))
    context = models.ForeignKey(
        JournalContext, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    offer = models.ForeignKey(
        JournalOffer, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )
    shopper = models.ForeignKey(
        JournalShopper,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        null=True,
        related_name="+",
    )
    product = models.CharField(_("product"), max_length=SKU_MAX_LENGTH)
    position = models.PositiveSmallIntegerField(_("position"))
    price_minor = models.BigIntegerField(_("price"))
    saving_minor = models.BigIntegerField(_("saving"))
    relevance = models.FloatField(_("relevance"))
    withheld_by = models.CharField(_("withheld by"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("offer of a decision")
        verbose_name_plural = _("offers of decisions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day", "hour"], name="analytics_journaledslot_day")
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.position}"
