"""Visitors: browsers and apps by an id that the shop gives them, before it knows the customer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models.customer import Customer


class Visitor(models.Model):
    """What a visitor declined without being logged in; the columns are those of `Customer`.

    At login, what was declined passes to the customer, and `customer` says who that was last.
    """

    external_id = models.CharField(_("visitor ID"), max_length=128, unique=True)
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("customer"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="visitors",
    )
    declined = models.JSONField(_("declined offers"), default=dict, blank=True)
    declined_products = models.JSONField(_("declined products"), default=dict, blank=True)
    oldest_decline_at = models.DateTimeField(_("oldest decline"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("visitor")
        verbose_name_plural = _("visitors")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(external_id=""),
                name="offers_visitor_identified",
                violation_error_message=_("A visitor needs an ID."),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["oldest_decline_at"],
                name="offers_visitor_declines",
                condition=Q(oldest_decline_at__isnull=False),
            ),
            models.Index(fields=["seen_at"], name="offers_visitor_seen"),
        ]

    def __str__(self) -> str:
        return self.external_id
