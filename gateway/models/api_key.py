"""API keys: stored as hashes, shown once."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ApiKeyKind(models.TextChoices):
    """What a key may do."""

    SECRET = "secret", _("secret: for servers, full access")
    PUBLISHABLE = "publishable", _("publishable: for browsers, offers, quotes and events")


class ApiKey(models.Model):
    """A key of the REST API. Only its SHA-256 is stored.

    A publishable key has a signing secret for customer tokens, of which only the name is stored. The one
    before it is accepted until `old_signing_until`.
    """

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=ApiKeyKind)
    prefix = models.CharField(_("starts with"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    origins = models.JSONField(
        _("origins"),
        default=list,
        blank=True,
        help_text=_(
            'For a publishable key: the origins that may use it, for example ["https://shop.example"].'
        ),
    )
    rate_per_minute = models.PositiveIntegerField(
        _("requests per minute"), default=6000, help_text=_("Further requests are refused with status 429.")
    )
    visitor_rate_per_minute = models.PositiveIntegerField(
        _("requests per minute and visitor"),
        null=True,
        blank=True,
        help_text=_(
            "For a publishable key: how many of these requests may come from one network address, so that "
            "nobody uses them all up. Empty: a tenth."
        ),
    )
    customers_by_token = models.BooleanField(
        _("customers only by token"),
        default=True,
        help_text=_(
            "For a publishable key: a page names a customer only by a customer_token that your server has "
            "signed. If this is switched off, anyone who reads the key can see the offers of any customer "
            "whose ID they know, and decline offers on their behalf."
        ),
    )
    signing_name = models.CharField(
        _("signing secret starts with"), max_length=11, blank=True, default="", editable=False
    )
    old_signing_name = models.CharField(max_length=11, blank=True, default="", editable=False)
    old_signing_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(kind__in=ApiKeyKind.values),
                name="gateway_apikey_kind_known",
                violation_error_message=_("Unknown kind of key."),
            ),
            models.CheckConstraint(
                condition=Q(rate_per_minute__gte=1, rate_per_minute__lte=10_000_000),
                name="gateway_apikey_rate_range",
                violation_error_message=_("The rate must be 1 to 10,000,000 requests per minute."),
            ),
            models.CheckConstraint(
                condition=Q(visitor_rate_per_minute__isnull=True)
                | Q(visitor_rate_per_minute__gte=1, visitor_rate_per_minute__lte=F("rate_per_minute")),
                name="gateway_apikey_visitor_rate_range",
                violation_error_message=_("The rate of a visitor must be 1 to the rate of the key."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
