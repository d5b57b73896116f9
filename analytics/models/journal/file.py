"""The files of the journal that were collected, and up to where."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class JournalFile(models.Model):
    """A file of one web process. The bytes before `offset` are in the database.

    The offset moves in the transaction that stores the rows, so each byte is collected once. `lost_count` are
    the records that the process could not write, `damaged_count` the lines that could not be read.
    """

    name = models.CharField(_("name"), max_length=128, unique=True)
    offset = models.PositiveBigIntegerField(_("offset"), default=0)
    record_count = models.PositiveBigIntegerField(_("records"), default=0)
    damaged_count = models.PositiveBigIntegerField(_("damaged lines"), default=0)
    lost_count = models.PositiveBigIntegerField(_("lost records"), default=0)
    collected_at = models.DateTimeField(_("collected"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("journal file")
        verbose_name_plural = _("journal files")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["collected_at"], name="analytics_journalfile_newest")
        ]

    def __str__(self) -> str:
        return self.name
