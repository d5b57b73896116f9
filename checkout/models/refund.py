"""What was paid for each line of an order, and the refunds since."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from catalog.models.fields import CurrencyField
from checkout.models import Quote
from checkout.models.order import Order
from engine.money import MAX_MINOR


class Allocation(models.Model):
    """What was paid for an order, including tax; `shipping_minor` is the part that was paid for shipping.

    An order that is charged through a quote has one from then on. An order that the shop only reported has
    one, without a quote, from its first refund on.
    """

    order = models.OneToOneField(
        Order,
        verbose_name=_("order"),
        on_delete=models.CASCADE,
        related_name="allocation",
    )
    quote = models.OneToOneField(
        Quote,
        verbose_name=_("quote"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="allocation",
    )
    currency = CurrencyField(_("currency"))
    paid_minor = models.BigIntegerField(_("paid"))
    shipping_minor = models.BigIntegerField(_("of which shipping"), default=0)
    refunded_minor = models.BigIntegerField(_("refunded"), default=0)
    committed_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("paid_minor")),
                name="checkout_allocation_refunds_within_paid",
            ),
            models.CheckConstraint(
                condition=Q(shipping_minor__gte=0, shipping_minor__lte=F("paid_minor")),
                name="checkout_allocation_shipping_within_paid",
            ),
        ]

    def __str__(self) -> str:
        return self.order.order_id


class AllocatedLine(models.Model):
    """A paid line. `position` is its index in the quote, or in the order if it has no quote.

    `taken` maps offer codes to their discounts on the line, including tax if the prices do. `ids` maps the
    shop's own IDs of the cart lines in it to their units, `refunded_ids` to those of them that were refunded.
    """

    allocation = models.ForeignKey(
        Allocation, verbose_name=_("allocation"), on_delete=models.CASCADE, related_name="lines"
    )
    position = models.PositiveIntegerField(_("position"))
    product = models.ForeignKey(
        Product,
        verbose_name=_("product"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="allocated_lines",
    )
    sku = models.CharField(_("SKU"), max_length=64)
    parent_position = models.PositiveIntegerField(_("option of line"), null=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    refunded_quantity = models.PositiveIntegerField(_("refunded units"), default=0)
    list_minor = models.BigIntegerField(_("list price"))
    discount_minor = models.BigIntegerField(_("discount"))
    net_minor = models.BigIntegerField(_("net"))
    tax_minor = models.BigIntegerField(_("tax"))
    taken = models.JSONField(_("offer discounts"), default=dict)
    ids = models.JSONField(_("line IDs"), default=dict)
    refunded_ids = models.JSONField(_("refunded line IDs"), default=dict)

    class Meta:
        verbose_name = _("allocated line")
        verbose_name_plural = _("allocated lines")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["allocation", "position"], name="checkout_allocatedline_position_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, refunded_quantity__lte=F("quantity")),
                name="checkout_allocatedline_refunds_within_quantity",
            ),
            models.CheckConstraint(
                condition=Q(discount_minor__gte=0, list_minor__lte=MAX_MINOR)
                & Q(discount_minor__lte=F("list_minor"))
                & Q(net_minor__gte=0, tax_minor__gte=0),
                name="checkout_allocatedline_amounts_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class RefundReason(models.TextChoices):
    """What is refunded: returned units, the rest of a cancelled order, or an amount."""

    RETURN = "return", _("return")
    CANCELLATION = "cancellation", _("cancellation")
    GOODWILL = "goodwill", _("goodwill")
    SHIPPING = "shipping", _("shipping")


BY_AMOUNT = (RefundReason.GOODWILL, RefundReason.SHIPPING)


class Refund(models.Model):
    """A refund: `amount_minor`, including `tax_minor`, is what was paid back.

    For units it follows the policies of the offers. `keep_minor` and `claw_back_minor` are what each policy
    alone would give for them; both are 0 for a refund by amount. A cancellation also pays back the shipping.
    """

    allocation = models.ForeignKey(
        Allocation, verbose_name=_("allocation"), on_delete=models.CASCADE, related_name="refunds"
    )
    reason = models.CharField(_("reason"), max_length=16, choices=RefundReason, default=RefundReason.RETURN)
    amount_minor = models.BigIntegerField(_("refunded"))
    tax_minor = models.BigIntegerField(_("tax included"), default=0)
    keep_minor = models.BigIntegerField(_("if all discounts are kept"))
    claw_back_minor = models.BigIntegerField(_("if all discounts are clawed back"))
    deductions = models.JSONField(_("deducted by offers"), default=dict)
    refunded_at = models.DateTimeField(_("refunded at"))

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(
                    tax_minor__gte=0,
                    amount_minor__gte=F("tax_minor"),
                    keep_minor__gte=0,
                    claw_back_minor__gte=0,
                ),
                name="checkout_refund_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=RefundReason.values), name="checkout_refund_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.allocation_id}: {self.amount_minor}"


class RefundedLine(models.Model):
    """Returned units, and their share of the price of the line.

    `ids` maps the shop's own IDs of cart lines to the units, as far as it is known which ones came back.
    """

    refund = models.ForeignKey(
        Refund, verbose_name=_("refund"), on_delete=models.CASCADE, related_name="lines"
    )
    line = models.ForeignKey(
        AllocatedLine, verbose_name=_("line"), on_delete=models.CASCADE, related_name="refunds"
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    net_minor = models.BigIntegerField(_("net"))
    tax_minor = models.BigIntegerField(_("tax"))
    ids = models.JSONField(_("line IDs"), default=dict)

    class Meta:
        verbose_name = _("refunded line")
        verbose_name_plural = _("refunded lines")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["refund", "line"], name="checkout_refundedline_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, net_minor__gte=0, tax_minor__gte=0),
                name="checkout_refundedline_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line_id}"
