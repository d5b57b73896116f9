"""Customers, and what a decision needs to know about them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Sets of customers."""

    def present(self) -> Self:
        """Return the customers without the ids that were merged into another customer."""
        return self.filter(merged_into=None)

    def known_as(self, external_id: str) -> Self:
        """Return the customer that an id stands for today, in one query."""
        named = Customer.objects.filter(external_id=external_id)
        return self.filter(pk=Subquery(named.values(survivor=Coalesce("merged_into_id", "pk"))[:1]))


class Customer(models.Model):
    """A shopper under the id the shop knows them by, compared exactly; no name, no address.

    `offer_uses` counts the uses of offers that limit the uses of each customer, by primary key: a copy for
    decisions. What they saw and answered is in their ledger (`offers.models.ledger`).

    Where `is_personalised` is false, nothing else of a customer is read for a decision, except the consents,
    the uses of limited offers and the refusals in the ledger.

    `attributes` holds values by the code of their `CustomerAttribute`. `answers` (survey → question →
    answer), `consents` (purpose → channel → whether it is granted), `is_personalised` and `has_open_inquiry`
    are copies of what the tables of `offers.models.signals` say now.

    A row with `merged_into` is only another id of that customer, who never has one.
    """

    external_id = models.CharField(_("customer ID"), max_length=128, unique=True)
    offer_uses = models.JSONField(_("uses of limited offers"), default=dict, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    answers = models.JSONField(_("survey answers"), default=dict, blank=True)
    consents = models.JSONField(_("consents"), default=dict, blank=True)
    is_personalised = models.BooleanField(_("personalised"), default=True)
    has_open_inquiry = models.BooleanField(_("open inquiry"), default=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="merged",
    )
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(external_id=""),
                name="offers_customer_identified",
                violation_error_message=_("A customer needs an ID."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="offers_customer_not_merged_into_itself",
                violation_error_message=_("A customer cannot be merged into itself."),
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
