"""What experiments and the holdout have shown, counted by a worker so that pages read one row."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExperimentResult(models.Model):
    """The newest result of an experiment, or of the groups of the shop under the code `holdout`.

    `content` is an `analytics.services.experiments.result.TrialResult`. A worker counts it again when the day
    `until` has passed or somebody has requested it; `claimed_at` is its last sign of life.
    """

    code = models.CharField(_("experiment"), max_length=64, unique=True)
    content = models.JSONField(_("result"), null=True)
    until = models.DateField(_("counted until"), null=True)
    is_final = models.BooleanField(_("final"), default=False)
    computed_at = models.DateTimeField(_("counted at"), null=True)
    requested_at = models.DateTimeField(_("requested at"), null=True)
    claimed_at = models.DateTimeField(_("last heartbeat"), null=True)
    progress = models.PositiveSmallIntegerField(_("progress in percent"), default=0)
    error = models.TextField(_("error"), blank=True, default="")

    class Meta:
        default_permissions = ()
        verbose_name = _("experiment result")
        verbose_name_plural = _("experiment results")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(progress__lte=100), name="analytics_experimentresult_progress_range"
            )
        ]

    def __str__(self) -> str:
        return self.code
