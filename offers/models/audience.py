"""Audiences: named sets of customers, given by conditions, and who was in them at the last count."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models.deletion import Watched, WatchedQuerySet


class AudienceQuerySet(WatchedQuerySet["Audience"]):
    """Sets of audiences."""


class Audience(Watched):
    """Customers who meet a tree of conditions on the shopper (`engine.conditions.tree`), by name."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120, blank=True, default="")
    description = models.TextField(_("description"), blank=True, default="")
    conditions = models.JSONField(_("conditions"), help_text=_("Who belongs to the audience."))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("a set of customers", "audience")
        verbose_name_plural = _("audiences")
        permissions = (("export_audience", "Can export the members of an audience"),)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_en=""),
                name="offers_audience_named",
                violation_error_message=_("An audience needs a code and a name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


class AudienceCountQuerySet(models.QuerySet["AudienceCount"]):
    """Sets of counts."""

    def waiting_at(self, at: datetime, *, silence: timedelta) -> Self:
        """Return the requested counts that no worker has begun, or whose worker was silent for so long."""
        return self.filter(Q(beat_at__isnull=True) | Q(beat_at__lt=at - silence), requested_at__isnull=False)


class AudienceCount(models.Model):
    """How many customers were in an audience, and who: replaced by each count.

    `members` holds their primary keys (`offers.services.audience.members`). While a count is requested or in
    progress, `requested_at` is set; the worker that counts has its own `claim`, a beat and the share of the
    customers that it has seen.
    """

    audience = models.OneToOneField(
        Audience,
        verbose_name=pgettext_lazy("a set of customers", "audience"),
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="count",
    )
    size = models.PositiveIntegerField(_("customers"), null=True)
    counted_at = models.DateTimeField(_("counted"), null=True)
    members = models.BinaryField(_("members"), default=b"")
    requested_at = models.DateTimeField(_("count requested"), null=True, db_index=True)
    claim = models.CharField(_("claimed by"), max_length=32, blank=True, default="")
    beat_at = models.DateTimeField(_("last heartbeat"), null=True)
    percent = models.PositiveSmallIntegerField(_("counted so far"), default=0)
    error = models.TextField(_("error"), blank=True, default="")

    objects = AudienceCountQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("count of an audience")
        verbose_name_plural = _("counts of audiences")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(size__isnull=True, counted_at__isnull=True)
                | Q(size__isnull=False, counted_at__isnull=False),
                name="offers_audiencecount_dated",
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="offers_audiencecount_percent_range"),
        ]

    def __str__(self) -> str:
        return str(self.audience_id)
