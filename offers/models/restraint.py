"""Restraint: what merchandisers say about how much is enough."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models.offer import Offer
from offers.models.placement import Placement

MOST_DAYS: Final = 3650


class Channel(models.TextChoices):
    """Where offers reach a shopper."""

    WEB = "web", _("web shop")
    APP = "app", _("app")
    EMAIL = "email", _("email")
    LINE = "line", "LINE"
    CHAT = "chat", _("chat")
    PUSH = "push", _("push notification")
    SMS = "sms", "SMS"
    STORE = "store", _("store")


class CountedOutcome(models.TextChoices):
    """What a policy counts."""

    SHOWN = "shown", _("views")
    CLICKED = "clicked", _("clicks")
    DISMISSED = "dismissed", _("dismissals")
    LATER = "later", _("times put off")
    DECLINED = "declined", _("declines")
    ACCEPTED = "accepted", _("acceptances")


class PausedScope(models.TextChoices):
    """What a policy holds back, each by itself."""

    OFFER = "offer", _("the offer")
    PRODUCT = "product", _("the product")
    CATEGORY = "category", _("the category")
    KIND = "kind", _("all offers of the kind")
    EVERYTHING = "everything", _("all offers")


class RestraintPolicy(models.Model):
    """After so many outcomes within so many days, hold something back for so many days.

    An empty pause is the shop's period for declines, and "until it is needed again" for acceptances. Channel,
    placement, offer and kind make an exception: it replaces the more general policy. What happened before
    `counts_from` is not counted.
    """

    outcome = models.CharField(_("counts"), max_length=16, choices=CountedOutcome)
    count = models.PositiveIntegerField(_("number of times"), default=1)
    window_days = models.PositiveIntegerField(_("within days"), default=7)
    without_click = models.BooleanField(
        _("without a click"), default=False, help_text=_("Count views since the last click on the offer.")
    )
    pauses = models.CharField(_("pauses"), max_length=16, choices=PausedScope, default=PausedScope.OFFER)
    pause_days = models.PositiveIntegerField(
        _("for days"),
        null=True,
        blank=True,
        help_text=_(
            "0 makes an exception that pauses nothing. Empty: for declines, the period of the shop; for "
            "acceptances, until the customer needs the product again."
        ),
    )
    channel = models.CharField(
        _("only on the channel"), max_length=16, choices=Channel, blank=True, default=""
    )
    placement = models.ForeignKey(
        Placement,
        verbose_name=_("only in the placement"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="restraint_policies",
    )
    offer = models.ForeignKey(
        Offer,
        verbose_name=_("only for the offer"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="restraint_policies",
    )
    kind = models.CharField(_("only for the kind"), max_length=32, blank=True, default="")
    is_active = models.BooleanField(_("active"), default=True)
    counts_from = models.DateTimeField(_("counts from"), editable=False)

    class Meta:
        verbose_name = _("restraint policy")
        verbose_name_plural = _("restraint policies")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(outcome__in=CountedOutcome.values, pauses__in=PausedScope.values)
                & Q(channel__in=["", *Channel.values]),
                name="offers_restraintpolicy_known",
                violation_error_message=_("Unknown outcome, scope or channel."),
            ),
            models.CheckConstraint(
                condition=Q(count__gte=1, count__lte=200),
                name="offers_restraintpolicy_count_range",
                violation_error_message=_("The number must be between 1 and 200."),
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=365),
                name="offers_restraintpolicy_window_range",
                violation_error_message=_("The window must be between 1 and 365 days."),
            ),
            models.CheckConstraint(
                condition=Q(pause_days__isnull=True, outcome__in=["declined", "accepted"])
                | Q(pause_days__isnull=False, pause_days__gte=0, pause_days__lte=MOST_DAYS),
                name="offers_restraintpolicy_pause_range",
                violation_error_message=_(
                    "Enter for how many days to pause, at most 3650. Only policies for declines and "
                    "acceptances may leave it empty."
                ),
            ),
            models.CheckConstraint(
                condition=Q(without_click=False) | Q(outcome="shown"),
                name="offers_restraintpolicy_click_of_views",
                violation_error_message=_("Only views can be counted without a click."),
            ),
            models.CheckConstraint(
                condition=Q(offer__isnull=True) | Q(kind=""),
                name="offers_restraintpolicy_one_group",
                violation_error_message=_("Choose an offer or a kind, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} × {self.count}"


class RestraintCap(models.Model):
    """How many offers a person sees at most within some days, on one channel or on all together."""

    count = models.PositiveIntegerField(_("most offers"))
    window_days = models.PositiveIntegerField(
        _("within days"),
        default=1,
        help_text=_("1 is a cap per day, 7 a cap per week. The days are rolling."),
    )
    channel = models.CharField(
        _("channel"),
        max_length=16,
        choices=Channel,
        blank=True,
        default="",
        help_text=_("Empty: all together."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("cap per person")
        verbose_name_plural = _("caps per person")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(count__gte=1, count__lte=300),
                name="offers_restraintcap_count_range",
                violation_error_message=_("A cap must be between 1 and 300 offers."),
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=90),
                name="offers_restraintcap_window_range",
                violation_error_message=_("A cap counts 1 to 90 days."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["", *Channel.values]), name="offers_restraintcap_channel_known"
            ),
            models.UniqueConstraint(
                fields=["window_days", "channel"],
                name="offers_restraintcap_once",
                violation_error_message=_("There is a cap for this channel and number of days already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.count)


class QuietPeriod(models.Model):
    """Hours of the day, days of the week and dates on which a channel is silent, in the shop's time zone.

    Equal hours are the whole day. `weekdays` are digits, 0 for Monday, empty for all; `dates` are ISO dates
    on which it is silent the whole day, such as holidays of the shop; `holiday_country` (ISO 3166-1) adds the
    public holidays of a country, of this and every later year.
    """

    channel = models.CharField(
        _("channel"),
        max_length=16,
        choices=Channel,
        blank=True,
        default="",
        help_text=_("Empty: all channels."),
    )
    starts_at = models.TimeField(_("quiet from"), null=True, blank=True)
    ends_at = models.TimeField(
        _("quiet until"), null=True, blank=True, help_text=_("May be on the next day.")
    )
    weekdays = models.CharField(_("days of the week"), max_length=7, blank=True, default="")
    dates = models.JSONField(_("holidays"), default=list, blank=True)
    holiday_country = models.CharField(
        _("public holidays of"),
        max_length=2,
        blank=True,
        default="",
        help_text=_("All public holidays of this country are quiet all day."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("quiet period")
        verbose_name_plural = _("quiet periods")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True, ends_at__isnull=True)
                | Q(starts_at__isnull=False, ends_at__isnull=False),
                name="offers_quietperiod_hours_whole",
                violation_error_message=_("Enter both hours, or neither."),
            ),
            models.CheckConstraint(
                condition=Q(channel__in=["", *Channel.values]), name="offers_quietperiod_channel_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_channel_display() if self.channel else str(_("All channels"))
