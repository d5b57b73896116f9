"""Revisions tell the snapshot builder that something has changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Revision(models.Model):
    """A counter for a domain ("catalog", "offers"), raised in each transaction that changes it."""

    domain = models.CharField(_("domain"), max_length=32, primary_key=True)
    number = models.BigIntegerField(_("number"), default=0)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")

    def __str__(self) -> str:
        return f"{self.domain} {self.number}"
