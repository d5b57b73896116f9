"""Offers of bundles: several products together at one price."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.kinds.config import KindConfig


class BundleConfig(KindConfig):
    """Installs the kind."""

    name = "offers.kinds.bundle"
    label = "offers_bundle"
    code = "bundle"
    verbose_name = _("bundle offer")
    offer_rules = (
        models.CheckConstraint(
            condition=~Q(kind="bundle") | Q(benefit_kind="none"),
            name="offers_offer_bundle_price",
            violation_error_message=_("The price of a bundle offer is set on its bundles."),
        ),
    )
