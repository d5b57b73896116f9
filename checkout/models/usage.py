"""How much of the limits of offers and of batches of codes has been used, in total and by each customer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models import CodeBatch, Customer, Offer


class OfferUsage(models.Model):
    """How much of the limits of an offer has been used, including reservations.

    It is changed by conditional updates only.
    """

    offer = models.OneToOneField(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, primary_key=True, related_name="usage"
    )
    used_count = models.PositiveBigIntegerField(_("uses"), default=0)
    spent_minor = models.BigIntegerField(_("spent"), default=0)

    class Meta:
        verbose_name = _("offer usage")
        verbose_name_plural = _("offer usage")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(spent_minor__gte=0), name="checkout_offerusage_spent_range"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.used_count}"


class CustomerUsage(models.Model):
    """How often a customer has used an offer, including reservations."""

    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="customer_usage"
    )
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="offer_usage"
    )
    used_count = models.PositiveIntegerField(_("uses"), default=0)

    class Meta:
        verbose_name = _("customer's offer usage")
        verbose_name_plural = _("customers' offer usage")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["offer", "customer"], name="checkout_customerusage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} × {self.offer_id}: {self.used_count}"


class CodeUsage(models.Model):
    """How often a customer has used codes of a batch that limits it, including reservations."""

    batch = models.ForeignKey(
        CodeBatch, verbose_name=_("batch of codes"), on_delete=models.CASCADE, related_name="customer_usage"
    )
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="code_usage"
    )
    used_count = models.PositiveIntegerField(_("uses"), default=0)

    class Meta:
        default_permissions = ()
        verbose_name = _("customer's usage of codes")
        verbose_name_plural = _("customers' usage of codes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "customer"], name="checkout_codeusage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} × {self.batch_id}: {self.used_count}"
