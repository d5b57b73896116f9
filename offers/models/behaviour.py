"""How many events of behaviour a network sent lately: people behind it may share it, a flood may not."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BehaviourSender(models.Model):
    """The events of a network in one minute, counted from 1970-01-01 UTC.

    `address` is a digest that is another one each day, so nobody can be followed by it.
    """

    address = models.CharField(_("network"), max_length=24, primary_key=True)
    minute = models.BigIntegerField(_("minute"), db_index=True)
    count = models.PositiveIntegerField(_("events"))

    class Meta:
        verbose_name = _("sender of behaviour")
        verbose_name_plural = _("senders of behaviour")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(address=""), name="offers_behavioursender_named"),
        ]

    def __str__(self) -> str:
        return self.address
