"""Signals: what customers told the shop, asked it and allowed it.

`Customer` has a copy of the present state of all three for decisions (`offers.services.signals`).
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offers.models.attribute import MAX_TEXT_LENGTH
from offers.models.customer import Customer

# The channel of a consent that holds for all channels.
ALL_CHANNELS = "all"
# Questions to which a customer has an answer, also a withdrawn one.
MAX_ANSWERS = 200


class SurveyAnswer(models.Model):
    """The newest answer of a customer to a question of a survey; an empty one was withdrawn."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="survey_answers"
    )
    survey = models.CharField(_("survey"), max_length=64)
    question = models.CharField(_("question"), max_length=64)
    answer = models.CharField(_("answer"), max_length=MAX_TEXT_LENGTH, blank=True, default="")
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        # What was asked and answered is suggested where conditions are edited.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["survey", "question", "answer"], name="offers_surveyanswer_said")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["customer", "survey", "question"],
                name="offers_surveyanswer_once",
                violation_error_message=_("This customer already has an answer to this question."),
            ),
            models.CheckConstraint(
                condition=~Q(survey="") & ~Q(question=""),
                name="offers_surveyanswer_complete",
                violation_error_message=_("Enter the survey and the question."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey}, {self.question}: {self.answer}"


class Inquiry(models.Model):
    """A question or complaint of a customer; open until it has a `closed_at`.

    `changed_at` is when it was last in this state: of two reports, the one with the later time counts.
    """

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="inquiries"
    )
    external_id = models.CharField(_("inquiry ID"), max_length=128)
    topic = models.CharField(_("topic"), max_length=64)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["customer", "external_id"],
                name="offers_inquiry_once",
                violation_error_message=_("This customer already has an inquiry with this ID."),
            ),
            models.CheckConstraint(
                condition=~Q(external_id="") & ~Q(topic=""),
                name="offers_inquiry_complete",
                violation_error_message=_("An inquiry needs an ID and a topic."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="offers_inquiry_opened_before_closed",
                violation_error_message=_("An inquiry cannot be closed before it was opened."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.external_id}: {self.topic}"


class ConsentPurpose(models.TextChoices):
    """What a customer allows the shop to use their data for."""

    PERSONALISATION = "personalisation", _("personalisation")
    MARKETING = "marketing", _("marketing")
    ANALYTICS = "analytics", _("analytics")


class ConsentStatement(models.Model):
    """One statement of a customer: consent given or refused, how, and to which words. Append-only.

    The newest statement for a channel counts, also one for all channels. Of two of the same moment, the
    refusal counts.
    """

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="statements"
    )
    purpose = models.CharField(_("purpose"), max_length=16, choices=ConsentPurpose)
    channel = models.CharField(_("channel"), max_length=32, default=ALL_CHANNELS)
    is_granted = models.BooleanField(_("granted"))
    source = models.CharField(_("source"), max_length=64, blank=True, default="")
    wording = models.TextField(_("wording"), max_length=2000, blank=True, default="")
    page = models.CharField(_("page"), max_length=500, blank=True, default="")
    stated_at = models.DateTimeField(_("stated"))

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["customer", "purpose", "channel", "stated_at", "is_granted"],
                name="offers_consentstatement_once",
                violation_error_message=_("This statement is already recorded."),
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=ConsentPurpose.values), name="offers_consentstatement_purpose_known"
            ),
            models.CheckConstraint(condition=~Q(channel=""), name="offers_consentstatement_channel_named"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.channel}"
