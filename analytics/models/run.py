"""Recompute runs: their state, counts, timings and result."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models import Generation


class RunTrigger(models.TextChoices):
    """Who requested a run."""

    SCHEDULE = "schedule", _("schedule")
    ADMIN = "admin", _("admin")
    COMMAND = "command", _("command line")


class RunState(models.TextChoices):
    """The state of a run."""

    REQUESTED = "requested", _("requested")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")


class RecomputeRunQuerySet(models.QuerySet["RecomputeRun"]):
    """Sets of runs."""

    def unfinished(self) -> Self:
        """Return the requested and running runs, the running one first, then the oldest."""
        states = [RunState.RUNNING, RunState.REQUESTED]
        is_waiting = models.Case(models.When(state=RunState.RUNNING, then=0), default=1)
        return self.filter(state__in=states).order_by(is_waiting, "requested_at", "pk")


class RecomputeRun(models.Model):
    """A recompute. There is one scheduled run per period, and one running run at a time."""

    MAX_ATTEMPTS = 3

    objects = RecomputeRunQuerySet.as_manager()

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
    worker = models.CharField(
        _("worker"),
        max_length=255,
        blank=True,
        default="",
        help_text=_("Host and process of the last attempt."),
    )
    requested_at = models.DateTimeField(_("requested at"))
    started_at = models.DateTimeField(_("started"), null=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    timings = models.JSONField(_("seconds by stage"), default=dict)
    counts = models.JSONField(_("counts"), default=dict)
    quality = models.JSONField(
        _("quality"), default=dict, help_text=_("The method selected for each question, and its hit rate.")
    )
    kept_fit = models.JSONField(
        _("constants kept"), default=dict, help_text=_("The scoring constants that the next run may use.")
    )
    drift = models.JSONField(
        _("what has changed"),
        default=list,
        help_text=_("What differs from the time before, with the reason."),
    )
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
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=RunState.RUNNING),
                name="analytics_run_one_at_a_time",
                violation_error_message=_("A recompute is already in progress."),
            ),
        ]

    def is_silent_at(self, at: datetime, *, after: timedelta) -> bool:
        """Return whether the last heartbeat of this run is missing or older than `after`."""
        return self.heartbeat_at is None or self.heartbeat_at < at - after

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M} {self.get_state_display()}"
