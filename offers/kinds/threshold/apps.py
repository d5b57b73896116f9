"""Threshold rewards: a reward from a certain cart value or number of units."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.kinds.config import KindConfig


class ThresholdConfig(KindConfig):
    """Installs the kind."""

    name = "offers.kinds.threshold"
    label = "offers_threshold"
    code = "threshold"
    verbose_name = _("threshold reward")
    offer_rules = (
        models.CheckConstraint(
            condition=~Q(kind="threshold") | ~Q(benefit_kind="fixed"),
            name="offers_offer_threshold_not_fixed",
            violation_error_message=_(
                "A threshold reward must be a percentage or an amount off, not a fixed price."
            ),
        ),
    )
