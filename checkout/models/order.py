"""Orders and their lines."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, FloatField, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.models.fields import CurrencyField
from engine.money import MAX_MINOR
from offers.models import Customer


class OrderStatus(models.TextChoices):
    """Whether an order counts."""

    PLACED = "placed", _("placed")
    CANCELLED = "cancelled", _("cancelled")


class OrderQuerySet(models.QuerySet["Order"]):
    """Sets of orders."""

    def placed(self) -> Self:
        """Return the orders that were not cancelled; only these are learned from and counted."""
        return self.filter(cancelled_at=None)


class Order(models.Model):
    """An order under the shop's own ID. A cancelled one is kept, but ignored by statistics and results."""

    order_id = models.CharField(_("order ID"), max_length=128, unique=True)
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="orders",
    )
    placed_at = models.DateTimeField(_("placed at"), db_index=True)
    currency = CurrencyField(_("currency"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    shipping_minor = models.BigIntegerField(_("shipping"), default=0, help_text=_("Including tax."))

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(order_id=""),
                name="checkout_order_identified",
                violation_error_message=_("Enter an order ID."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(cancelled_at__gte=F("placed_at")),
                name="checkout_order_cancelled_after_placed",
                violation_error_message=_("Must not be before the time of the order."),
            ),
            models.CheckConstraint(
                condition=Q(shipping_minor__gte=0, shipping_minor__lte=MAX_MINOR),
                name="checkout_order_shipping_range",
            ),
        ]

    def __str__(self) -> str:
        return self.order_id

    @property
    def status(self) -> OrderStatus:
        """Return whether the order counts."""
        return OrderStatus.PLACED if self.cancelled_at is None else OrderStatus.CANCELLED


class OrderLine(models.Model):
    """A product in an order. It has few columns because a recompute reads every line.

    `own_id` is the shop's own ID of the line, unique in the order; empty if it has none.
    """

    order = models.ForeignKey(
        Order, verbose_name=_("order"), on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    position = models.PositiveIntegerField(_("position"))
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="order_lines"
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    unit_price_minor = models.BigIntegerField(_("unit price"))
    own_id = models.CharField(_("line ID"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["order", "position"], name="checkout_orderline_position_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="checkout_orderline_quantity_positive"),
            models.CheckConstraint(
                condition=Q(unit_price_minor__gte=0, unit_price_minor__lte=MAX_MINOR),
                name="checkout_orderline_price_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"


class CreditKind(models.TextChoices):
    """How an order line came to an offer, the strongest first."""

    DECLARED = "declared", _("named by the shop")
    CLICKED = "clicked", _("clicked before")
    ASSISTED = "assisted", _("another product clicked before")


class LineAttribution(models.Model):
    """The offer that an order line is credited to.

    `how` is `declared` if the shop sent the token of the decision with the line. Otherwise it is the last
    counted click or accept of the same customer in the attribution window: `clicked` if that proposed this
    product, `assisted` if it proposed another one.
    """

    line = models.OneToOneField(
        OrderLine,
        verbose_name=_("order line"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="attribution",
    )
    decision = models.CharField(_("decision"), max_length=32, db_index=True)
    offer_code = models.CharField(_("offer"), max_length=64, db_index=True)
    how = models.CharField(_("how"), max_length=16, choices=CreditKind, default=CreditKind.DECLARED)

    class Meta:
        verbose_name = _("attributed line")
        verbose_name_plural = _("attributed lines")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(how__in=CreditKind.values), name="checkout_lineattribution_how_known"
            )
        ]

    def __str__(self) -> str:
        return self.offer_code


def line_total(path: str = "") -> Combinable:
    """Return the SQL for the price of an order line, in minor units; `path` leads to the line.

    It is a float, because PostgreSQL's integers cannot hold 2³¹ units at the highest price.
    """
    return Cast(f"{path}quantity", FloatField()) * F(f"{path}unit_price_minor")
