"""The one column of a case price."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from offers.models import Offer


class CaseOffer(Offer):
    """Units of whole cases at the offer's benefit."""

    case_size = models.PositiveIntegerField("units in a case", default=6)

    class Meta:
        default_permissions = ()
        verbose_name = "case price"
        verbose_name_plural = "case prices"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(case_size__gte=2, case_size__lte=100),
                name="invented_caseoffer_case_size_range",
                violation_error_message="A case holds 2 to 100 units.",
            ),
        ]
