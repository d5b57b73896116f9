"""What happened between the shop and a person: one compact row each."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models.customer import Customer


class PersonLedger(models.Model):
    """The ledger of a customer, or of a visitor until they log in, as `engine.restraint.ledger` packs it.

    `refusals` is the part of the entries that counts without personalisation.

    A visitor is known by the session that their browser names. `forget_at` is when the worker finds the first
    entry to forget, empty if there is none.

    `behaviour` is what they looked at, searched for and put into the cart (`engine.behaviour.Behaviour`), and
    `seen` which of those events were recorded (`engine.behaviour.Seen`). Decisions do not read `seen`.
    `behaviour_forget_at` is when there is something of both to forget.
    """

    customer = models.OneToOneField(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, null=True, related_name="ledger"
    )
    visitor = models.CharField(_("visitor"), max_length=128, null=True, unique=True)  # noqa: DJ001 (unique)
    entries = models.BinaryField(_("entries"), default=b"")
    refusals = models.BinaryField(_("refusals"), default=b"")
    forget_at = models.DateTimeField(_("next entry to forget"), null=True, blank=True)
    behaviour = models.BinaryField(_("behaviour"), default=b"")
    seen = models.BinaryField(_("recorded events"), default=b"")
    behaviour_forget_at = models.DateTimeField(_("next behaviour to forget"), null=True, blank=True)

    class Meta:
        verbose_name = _("ledger of a person")
        verbose_name_plural = _("ledgers of persons")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(customer__isnull=True, visitor__isnull=False)
                | Q(customer__isnull=False, visitor__isnull=True),
                name="offers_personledger_one_person",
            ),
            models.CheckConstraint(condition=~Q(visitor=""), name="offers_personledger_visitor_named"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["forget_at"],
                name="offers_personledger_forget",
                condition=Q(forget_at__isnull=False),
            ),
            models.Index(
                fields=["behaviour_forget_at"],
                name="offers_personledger_unlearn",
                condition=Q(behaviour_forget_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.visitor or str(self.customer_id)
