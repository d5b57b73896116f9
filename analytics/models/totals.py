"""Daily totals: what became of offers, counted once so that reports read few rows."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from checkout.models import CreditKind
from engine.sku import SKU_MAX_LENGTH

# The total of everybody, beside those of single audiences.
EVERYBODY = 0


class DailyTotal(models.Model):
    """What became of an offer on a day of the shop's time zone, in one place and for one product.

    `audience` is a primary key; EVERYBODY has all shoppers, and only those rows may be added up across
    audiences. Decisions count on their own day, events on theirs, and orders with all that was returned of
    them on the day they were placed. `credit` is how order lines came to the offer, empty in other rows.

    What is not known is empty or 0: the placement of a discount, or the version of an offer whose decision
    was not journalled. Amounts are in minor units of `currency`. `margin_minor` is that of the
    `costed_units` that were kept and whose cost is known.
    """

    day = models.DateField(_("day"))
    offer = models.CharField(_("offer"), max_length=64)
    version = models.PositiveIntegerField(_("version"))
    placement = models.CharField(_("placement"), max_length=64)
    channel = models.CharField(_("channel"), max_length=32)
    kind = models.CharField(_("kind"), max_length=32)
    strategy = models.CharField(_("strategy"), max_length=32)
    product = models.CharField(_("product"), max_length=SKU_MAX_LENGTH)
    audience = models.BigIntegerField(_("audience"))
    credit = models.CharField(_("credited as"), max_length=16, choices=CreditKind, blank=True, default="")
    currency = models.CharField(_("currency"), max_length=32)
    decided = models.BigIntegerField(_("decided"))
    shown = models.BigIntegerField(_("shown"))
    seen = models.BigIntegerField(_("seen"))
    clicked = models.BigIntegerField(_("clicked"))
    accepted = models.BigIntegerField(_("accepted"))
    declined = models.BigIntegerField(_("declined"))
    orders = models.BigIntegerField(_("orders"))
    units = models.BigIntegerField(_("units"))
    sales_minor = models.BigIntegerField(_("sales"))
    returned_units = models.BigIntegerField(_("returned units"))
    returned_minor = models.BigIntegerField(_("refunded"))
    costed_units = models.BigIntegerField(_("units with a known cost"))
    margin_minor = models.BigIntegerField(_("margin"))
    uses = models.BigIntegerField(_("uses"))
    discount_minor = models.BigIntegerField(_("discount"))

    class Meta:
        verbose_name = _("daily total")
        verbose_name_plural = _("daily totals")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day"], name="analytics_dailytotal_day"),
            models.Index(fields=["offer", "day"], name="analytics_dailytotal_offer"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.offer}"
