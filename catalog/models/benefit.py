"""The price benefit: the columns that bundles and offers share."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from engine.money import MAX_MINOR


class BenefitKind(models.TextChoices):
    """How the offer price is calculated from the list price."""

    NONE = "none", _("list price")
    PERCENT = "percent", _("percentage off")
    AMOUNT = "amount", _("amount off")
    FIXED = "fixed", _("fixed price")


class BenefitColumns(models.Model):
    """A benefit: its kind and the number for that kind.

    A percentage is stored in basis points (1000 is 10%), an amount or a fixed price in minor units.
    """

    benefit_kind = models.CharField(_("price"), max_length=8, choices=BenefitKind, default=BenefitKind.NONE)
    benefit_value = models.BigIntegerField(
        _("value"),
        default=0,
        help_text=_("For a percentage: basis points, 1000 is 10%. Otherwise: minor units."),
    )

    class Meta:
        abstract = True


def benefit_constraint(name: str) -> models.CheckConstraint:
    """Return the constraint of a model with `BenefitColumns`, called `name`."""
    return models.CheckConstraint(
        condition=(
            Q(benefit_kind=BenefitKind.NONE, benefit_value=0)
            | Q(benefit_kind=BenefitKind.PERCENT, benefit_value__gte=1, benefit_value__lte=10_000)
            | Q(
                benefit_kind__in=[BenefitKind.AMOUNT, BenefitKind.FIXED],
                benefit_value__gte=0,
                benefit_value__lte=MAX_MINOR,
            )
        ),
        name=name,
        violation_error_message=_(
            "The value must be 0 for the list price, 0.01 to 100 for a percentage, and not "
            "negative for an amount."
        ),
    )
