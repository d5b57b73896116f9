"""What the orders say about a customer and a product: one compact row each, replaced by each recompute."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.models.fields import CurrencyField
from offers.models.customer import Customer


class Segment(models.TextChoices):
    """The segment of a customer by recency, frequency and spending (RFM)."""

    CHAMPION = "champion", _("champions")
    LOYAL = "loyal", _("loyal")
    PROMISING = "promising", _("promising")
    NEW = "new", _("new")
    ATTENTION = "attention", _("need attention")
    AT_RISK = "at_risk", _("at risk")
    LOST = "lost", _("lost")


class CustomerFacts(models.Model):
    """What is known of a customer from orders alone.

    Amounts are of the shop's main currency, the one most orders are in; orders in others count as visits.
    `comfort`, `due` and `categories` hold the records of `engine.learned.facts`.
    """

    customer = models.OneToOneField(
        Customer,
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="facts",
    )
    segment = models.CharField(_("segment"), max_length=16, choices=Segment, db_index=True)
    recency = models.PositiveSmallIntegerField(_("recency"), help_text=_("1 to 5. 5 is the most recent."))
    frequency = models.PositiveSmallIntegerField(
        _("frequency"), help_text=_("1 to 5. 5 is the most frequent.")
    )
    monetary = models.PositiveSmallIntegerField(_("spending"), help_text=_("1 to 5. 5 is the highest."))
    first_order_date = models.DateField(_("first order"))
    last_order_date = models.DateField(_("last order"))
    order_count = models.PositiveIntegerField(_("orders"))
    currency = CurrencyField(_("currency"))
    spent_minor = models.BigIntegerField(_("spent"))
    average_order_minor = models.BigIntegerField(
        _("average order value"), null=True, help_text=_("Empty: no order in the shop's main currency.")
    )
    active_rate = models.FloatField(_("still a customer"), null=True, help_text=_("Probability, 0 to 1."))
    expected_orders = models.FloatField(_("orders expected"), null=True, help_text=_("In the next year."))
    lifetime_value_minor = models.BigIntegerField(
        _("expected value"), null=True, help_text=_("The value of the orders expected in the next year.")
    )
    next_due_date = models.DateField(_("next repurchase due"), null=True, db_index=True)
    comfort = models.BinaryField(_("usual price ranges"))
    due = models.BinaryField(_("products to be bought again"))
    categories = models.BinaryField(_("categories bought"))

    class Meta:
        verbose_name = _("customer facts")
        verbose_name_plural = _("customer facts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(segment__in=Segment.values), name="offers_customerfacts_segment_known"
            ),
            models.CheckConstraint(
                condition=Q(recency__gte=1, recency__lte=5)
                & Q(frequency__gte=1, frequency__lte=5)
                & Q(monetary__gte=1, monetary__lte=5),
                name="offers_customerfacts_scores_range",
            ),
            models.CheckConstraint(
                condition=Q(last_order_date__gte=F("first_order_date")),
                name="offers_customerfacts_first_before_last",
            ),
        ]

    def __str__(self) -> str:
        return str(self.customer_id)


class IntervalSource(models.TextChoices):
    """Where the time after which something is bought again is known from."""

    CUSTOMER = "customer", _("the customer's own purchases")
    PRODUCT = "product", _("all purchases of the product")
    CATEGORY = "category", _("all purchases in the category")
    MERCHANDISER = "merchandiser", _("days entered by a merchandiser")


class ProductFacts(models.Model):
    """How a product sells: when it is bought again, and how long its stock lasts."""

    product = models.OneToOneField(
        Product,
        verbose_name=_("product"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="facts",
    )
    interval_days = models.PositiveIntegerField(_("days until bought again"), null=True)
    interval_source = models.CharField(
        _("known from"), max_length=16, choices=IntervalSource, blank=True, default=""
    )
    interval_count = models.PositiveIntegerField(
        _("repurchases"), default=0, help_text=_("The number of repurchases that the median is based on.")
    )
    recent_unit_count = models.PositiveBigIntegerField(_("units sold recently"), default=0)
    last_sold_date = models.DateField(_("last sold"), null=True)
    stock_cover_days = models.PositiveIntegerField(
        _("days that stock lasts"),
        null=True,
        help_text=_("Empty: stock is not tracked, or nothing sold recently."),
    )
    is_slow_mover = models.BooleanField(_("slow mover"), default=False, db_index=True)
    slowness = models.FloatField(
        _("slowness"), default=0, help_text=_("0 to 1. The share of the boost that it gets.")
    )

    class Meta:
        verbose_name = _("product facts")
        verbose_name_plural = _("product facts")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(interval_days__isnull=True, interval_source="")
                | Q(
                    interval_days__gte=1,
                    interval_source__in=[
                        IntervalSource.PRODUCT,
                        IntervalSource.CATEGORY,
                        IntervalSource.MERCHANDISER,
                    ],
                ),
                name="offers_productfacts_interval_has_source",
            ),
            models.CheckConstraint(
                condition=Q(slowness__gte=0, slowness__lte=1), name="offers_productfacts_slowness_range"
            ),
        ]

    def __str__(self) -> str:
        return str(self.product_id)
