"""Bandits: how they divided shoppers, day by day."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from offers.models.experiment import Experiment


class BanditDay(models.Model):
    """How a bandit divided shoppers on a day, from `divided_at` until the next one.

    `shares` are basis points of the arms by code, and `figures` what is known that led to them
    (`analytics.services.experiments.bandit.figures`). From the day on which it `is_settled`, they stay.
    """

    experiment = models.ForeignKey(
        Experiment, verbose_name=_("experiment"), on_delete=models.CASCADE, related_name="bandit_days"
    )
    day = models.DateField(_("day"))
    divided_at = models.DateTimeField(_("divided"))
    shares = models.JSONField(_("shares of the arms"))
    figures = models.JSONField(_("figures"))
    is_settled = models.BooleanField(_("settled"), default=False)

    class Meta:
        default_permissions = ()
        verbose_name = _("day of a bandit")
        verbose_name_plural = _("days of bandits")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["experiment", "day"], name="offers_banditday_once"),
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id}: {self.day}"
