"""Recompute runs: each attempt to learn, what it did and how it ended."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models import Generation


class RunTrigger(models.TextChoices):
    """Who asked for a run."""

    SCHEDULE = "schedule", _("schedule")
    ADMIN = "admin", _("admin")
    COMMAND = "command", _("command line")


class RunState(models.TextChoices):
    """How far a run is."""

    REQUESTED = "requested", _("requested")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


class RecomputeRun(models.Model):
    """One recompute. A scheduled run owns its period: the database lets only one claim it."""

    MAX_ATTEMPTS = 3

    trigger = models.CharField(_("trigger"), max_length=16, choices=RunTrigger)
    period_start = models.DateTimeField(_("period"), null=True, unique=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=16, choices=RunState, default=RunState.REQUESTED)
    stage = models.CharField(_("stage"), max_length=32, blank=True, default="")
    attempt_count = models.PositiveIntegerField(_("attempts"), default=0)
    requested_at = models.DateTimeField(_("requested"))
    started_at = models.DateTimeField(_("started"), null=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    timings = models.JSONField(_("seconds by stage"), default=dict)
    error = models.TextField(_("error"), blank=True, default="")
    generation = models.OneToOneField(
        Generation, verbose_name=_("generation"), on_delete=models.SET_NULL, null=True, related_name="run"
    )

    class Meta:
        verbose_name = _("recompute run")
        verbose_name_plural = _("recompute runs")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="analytics_run_state_known"),
            models.CheckConstraint(
                condition=Q(trigger__in=RunTrigger.values), name="analytics_run_trigger_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M} {self.get_state_display()}"
