"""Daily totals: what became of offers, counted once so that reports read few rows.

Today and yesterday are counted in parts, so that a change costs an hour and not a day; reports add them up.
"""

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from checkout.models import CreditKind
from engine.sku import SKU_MAX_LENGTH
from offers.models import Exclusion

# The total of everybody, beside those of single audiences.
EVERYBODY: Final = 0
# Parts of a day: below these are its hours, from 0. Then all its hours at once, and what orders say.
ALL_HOURS: Final = 98
ORDERS: Final = 99


class PartOfDay(models.Model):
    """What was counted of a day of the shop's time zone; its parts add up."""

    day = models.DateField(_("day"))
    part = models.PositiveSmallIntegerField(_("part of the day"))

    class Meta:
        abstract = True


class OfferFunnel(PartOfDay):
    """What became of an offer on a day, in one place.

    `audience` is a primary key; EVERYBODY has all shoppers, and only those rows may be added up across
    audiences. Decisions count on their own day, events on theirs, and orders with all that was returned of
    them on the day they were placed. `credit` is how order lines came to the offer, empty in other rows.

    What is not known is empty: the placement of a discount. Amounts are in minor units of `currency`.
    `margin_minor` is that of the `costed_units` that were kept and whose cost is known.
    """

    offer = models.CharField(_("offer"), max_length=64)
    placement = models.CharField(_("placement"), max_length=64)
    channel = models.CharField(_("channel"), max_length=32)
    kind = models.CharField(_("kind"), max_length=32)
    strategy = models.CharField(_("strategy"), max_length=32)
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
        abstract = True

    def __str__(self) -> str:
        return f"{self.day} {self.offer}"


class DailyTotal(OfferFunnel):
    """What became of a version of an offer on a day, for one product.

    The version is 0 where the decision was not journalled.
    """

    version = models.PositiveIntegerField(_("version"))
    product = models.CharField(_("product"), max_length=SKU_MAX_LENGTH)

    class Meta:
        verbose_name = _("daily total")
        verbose_name_plural = _("daily totals")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day", "part"], name="analytics_dailytotal_day"),
            models.Index(fields=["offer", "day"], name="analytics_dailytotal_offer"),
        ]


class DailyResult(OfferFunnel):
    """The sum of DailyTotal over versions and products: few enough rows for the pages of a year."""

    class Meta:
        verbose_name = _("daily result")
        verbose_name_plural = _("daily results")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day", "part"], name="analytics_dailyresult_day"),
            models.Index(fields=["audience", "day"], name="analytics_dailyresult_audience"),
            models.Index(fields=["offer", "day"], name="analytics_dailyresult_offer"),
        ]


class DailyExposure(PartOfDay):
    """How many offers were shown by decisions of a day, and of how many of these a view was reported.

    `key` is the primary key of the API key, 0 for answers that may be shown to many. A view counts here
    whenever it came, and also if it is excluded from results: it was reported.
    """

    key = models.BigIntegerField(_("API key"))
    placement = models.CharField(_("placement"), max_length=64)
    shown = models.BigIntegerField(_("shown"))
    reported = models.BigIntegerField(_("reported as seen"))

    class Meta:
        verbose_name = _("daily exposure")
        verbose_name_plural = _("daily exposures")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day", "part"], name="analytics_dailyexposure_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.placement}"


class DailyExclusion(PartOfDay):
    """How many events of a day are not counted, by reason."""

    reason = models.CharField(_("reason for exclusion"), max_length=16, choices=Exclusion)
    events = models.BigIntegerField(_("events"))

    class Meta:
        verbose_name = _("daily exclusion")
        verbose_name_plural = _("daily exclusions")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day", "part"], name="analytics_dailyexclusion_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"


class DailySales(PartOfDay):
    """All orders that were placed on a day and not cancelled, whether or not they are credited to an offer.

    Amounts are in minor units of `currency`; what was refunded of the orders is without tax where prices are.
    """

    currency = models.CharField(_("currency"), max_length=32)
    orders = models.BigIntegerField(_("orders"))
    sales_minor = models.BigIntegerField(_("sales"))
    refunded_minor = models.BigIntegerField(_("refunded"))

    class Meta:
        verbose_name = _("daily sales")
        verbose_name_plural = _("daily sales")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["day", "part"], name="analytics_dailysales_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.currency}"
