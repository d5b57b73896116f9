"""Customers, and what a decision needs to know about them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Customer(models.Model):
    """A shopper under the id the shop knows them by, compared exactly; no name, no address.

    `offer_uses` counts the uses of offers that limit the uses of each customer, by primary key: a copy for
    decisions. What they saw and answered is in their ledger (`offers.models.ledger`).
    """

    external_id = models.CharField(_("customer ID"), max_length=128, unique=True)
    offer_uses = models.JSONField(_("uses of limited offers"), default=dict, blank=True)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(external_id=""),
                name="offers_customer_identified",
                violation_error_message=_("A customer needs an ID."),
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class CustomerHistory(models.Model):
    """What a customer buys most, in the compact form of `engine.learned.generations.PURCHASE`."""

    customer = models.OneToOneField(
        Customer,
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="history",
    )
    purchases = models.BinaryField(_("purchases"))

    class Meta:
        verbose_name = _("purchase history")
        verbose_name_plural = _("purchase histories")

    def __str__(self) -> str:
        return str(self.customer_id)
