"""Subscriptions: regular deliveries at a lower price."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.kinds.config import KindConfig


class SubscriptionConfig(KindConfig):
    """Installs the kind."""

    name = "offers.kinds.subscription"
    label = "offers_subscription"
    code = "subscription"
    verbose_name = _("subscription")
    offer_rules = (
        models.CheckConstraint(
            condition=~Q(kind="subscription") | Q(purchase="subscription"),
            name="offers_offer_subscription_sees_subscriptions",
            violation_error_message=_("A subscription offer applies to subscriptions only."),
        ),
    )
