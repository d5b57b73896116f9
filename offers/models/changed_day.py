"""Hours and days whose results have to be counted again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangedDay(models.Model):
    """A note that something of a day has changed, written in the transaction that changed it.

    `hour` is the one whose decisions or events changed, counted from the start of the day (0 to 24, where
    clocks are put back); None if only the orders of the day changed. Each writer adds a row of its own, so
    that none waits for another. The rows that a count has read are deleted in its transaction; one that is
    committed meanwhile stays for the next count. `day` is that of the shop's time zone.
    """

    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"), null=True)

    class Meta:
        verbose_name = _("changed day")
        verbose_name_plural = _("changed days")

    def __str__(self) -> str:
        return self.day.isoformat()
