"""Events: what shoppers did with the offers they were shown."""

from typing import ClassVar, Final

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
    LATER = "later", _("put off")
    NEVER = "never", _("never again")
    COMPLAINT = "complaint", _("complained")


class DeclineReason(models.TextChoices):
    """Why a shopper dismissed or declined an offer: the codes of ACP's intent traces, in short."""

    PRICE = "price", _("too expensive")
    FIT = "fit", _("does not fit")
    TIMING = "timing", _("not now")
    HAVE_IT = "have_it", _("has it already")
    NEVER = "never", _("never wants it")
    COMPARISON = "comparison", _("prefers another product")
    SHIPPING_COST = "shipping_cost", _("delivery too expensive")
    OTHER = "other", _("another reason")


class Exclusion(models.TextChoices):
    """Why an event is not counted; `offers.services.exclusions` has the rules."""

    PREFETCH = "prefetch", _("prefetch by a browser")
    BOT = "bot", _("bot")
    LATE = "late", _("late")
    REPEAT = "repeat", _("repeat")
    BURST = "burst", _("burst")
    NO_IMPRESSION = "no_impression", _("without an impression")


# What an order can be credited to.
LEADS: Final = (EventType.CLICK.value, EventType.ACCEPT.value)
COUNTED: Final = ""
# What counts, and what does once its impression arrives: of these, there is one for each person and position.
OPEN: Final = (COUNTED, Exclusion.NO_IMPRESSION.value)


class EventQuerySet(models.QuerySet["Event"]):
    """Events by whether they count."""

    def counted(self) -> "EventQuerySet":
        """Return the events that results and declined offers come from."""
        return self.filter(exclusion=COUNTED)

    def excluded(self) -> "EventQuerySet":
        """Return the events that change nothing."""
        return self.filter(~Q(exclusion=COUNTED))


class Event(models.Model):
    """One thing that happened to one offer of one decision; `event_id` makes it idempotent.

    `reason` is why it was dismissed or declined. `channel` and `placement` are those of its decision.
    `products` are the SKUs that its slot proposed, of clicks and accepts: orders are credited to them.
    `exclusion` says why the event is not counted. `person` is who it counts for, once; `visitor` and
    `address` are who sent it. All three are digests, empty if unknown.
    """

    event_id = models.CharField(_("event ID"), max_length=64, unique=True)
    type = models.CharField(_("type"), max_length=16, choices=EventType)
    decision = models.CharField(_("decision"), max_length=32)
    offer_code = models.CharField(_("offer"), max_length=64)
    position = models.PositiveIntegerField(_("position"))
    reason = models.CharField(_("reason"), max_length=16, choices=DeclineReason, blank=True, default="")
    channel = models.CharField(_("channel"), max_length=16, blank=True, default="")
    placement = models.CharField(_("placement"), max_length=64, blank=True, default="")
    products = models.JSONField(_("products"), default=list, blank=True)
    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.SET_NULL, null=True, related_name="events"
    )
    session = models.CharField(_("session"), max_length=128, blank=True, default="")
    key = models.ForeignKey(
        ApiKey, verbose_name=_("API key"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    occurred_at = models.DateTimeField(_("occurred"))
    received_at = models.DateTimeField(_("received"))
    exclusion = models.CharField(
        _("reason for exclusion"), max_length=16, choices=Exclusion, blank=True, default=COUNTED
    )
    person = models.CharField(max_length=24, blank=True, default="", editable=False)
    visitor = models.CharField(max_length=24, blank=True, default="", editable=False)
    address = models.CharField(max_length=24, blank=True, default="", editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(type__in=EventType.values), name="offers_event_type_known"),
            models.CheckConstraint(
                condition=Q(reason__in=["", *DeclineReason.values]), name="offers_event_reason_known"
            ),
            models.CheckConstraint(
                condition=Q(exclusion__in=[COUNTED, *Exclusion.values]), name="offers_event_exclusion_known"
            ),
            models.UniqueConstraint(
                fields=["decision", "person", "offer_code", "position", "type"],
                condition=Q(exclusion__in=OPEN),
                name="offers_event_counts_once",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["offer_code", "type", "occurred_at"],
                condition=Q(exclusion=COUNTED),
                name="offers_event_results",
            ),
            models.Index(
                fields=["exclusion", "occurred_at"],
                condition=~Q(exclusion=COUNTED),
                name="offers_event_excluded",
            ),
            # Not only of events that may count: SQLite cannot use such an index for a list of bound values.
            models.Index(fields=["decision", "person"], name="offers_event_decision"),
            models.Index(fields=["visitor", "received_at"], name="offers_event_visitor"),
            models.Index(fields=["address", "received_at"], name="offers_event_address"),
            models.Index(fields=["-occurred_at"], name="offers_event_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}: {self.offer_code}"
