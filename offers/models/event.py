"""Events: what shoppers did with the offers they were shown."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gateway.models.api_key import ApiKey
from offers.models.customer import Customer


class EventType(models.TextChoices):
    """What happened to an offer."""

    IMPRESSION = "impression", _("seen")
    CLICK = "click", _("clicked")
    ACCEPT = "accept", _("accepted")
    DISMISS = "dismiss", _("dismissed")
    DECLINE = "decline", _("declined")


class Event(models.Model):
    """One thing that happened to one offer of one decision; `event_id` makes it idempotent."""

    event_id = models.CharField(_("event ID"), max_length=64, unique=True)
    type = models.CharField(_("type"), max_length=16, choices=EventType)
    decision = models.CharField(_("decision"), max_length=32, db_index=True)
    offer_code = models.CharField(_("offer"), max_length=64)
    position = models.PositiveIntegerField(_("position"))
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.SET_NULL, null=True, related_name="events"
    )
    session = models.CharField(_("session"), max_length=128, blank=True, default="")
    key = models.ForeignKey(
        ApiKey, verbose_name=_("API key"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    occurred_at = models.DateTimeField(_("occurred"))
    received_at = models.DateTimeField(_("received"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(type__in=EventType.values), name="offers_event_type_known"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["offer_code", "type", "occurred_at"], name="offers_event_results"),
            models.Index(fields=["-occurred_at"], name="offers_event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}: {self.offer_code}"
