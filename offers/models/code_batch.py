"""Promotion codes in bulk: batches of generated codes that open an offer."""

from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from offers.models.audience import Audience
from offers.models.customer import Customer
from offers.models.offer import Offer

MAX_CODES: Final = 1_000_000
MAX_PREFIX_LENGTH: Final = 20
MAX_RANDOM_LENGTH: Final = 32
MAX_USES: Final = 1_000_000


class CodeAlphabet(models.TextChoices):
    """What the random part of a code is drawn from; see `engine.generated_codes.ALPHABETS`."""

    MIXED = "mixed", _("letters and digits that cannot be confused")
    LETTERS = "letters", _("letters that cannot be confused")
    DIGITS = "digits", _("digits")


class BatchState(models.TextChoices):
    """How far a batch is; only the codes of one that is ready can be entered."""

    WAITING = "waiting", _("being generated")
    READY = "ready", _("ready")
    REMOVING = "removing", _("being removed")
    CANCELLED = "cancelled", _("cancelled")


class CodeBatchQuerySet(models.QuerySet["CodeBatch"]):
    """Sets of batches."""

    def waiting_at(self, at: datetime, *, silence: timedelta) -> Self:
        """Return the batches with work to do that no worker has, or whose worker was silent for so long."""
        return self.filter(
            Q(beat_at__isnull=True) | Q(beat_at__lt=at - silence),
            state__in=(BatchState.WAITING, BatchState.REMOVING),
        )


class CodeBatch(models.Model):
    """Codes of an offer that were generated together.

    Its codes are complete before any can be entered: a worker writes them in blocks and counts them in
    `done_count` while the batch is waiting. The worker has its own `claim` and a beat. `error` says why the
    last attempt failed. A batch of an offer is kept for good, because orders refer to its codes.
    """

    name = models.CharField(_("name"), max_length=120)
    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.PROTECT, related_name="code_batches"
    )
    prefix = models.CharField(
        _("prefix"),
        max_length=MAX_PREFIX_LENGTH,
        blank=True,
        default="",
        help_text=_("Each code begins with it, such as SPRING-."),
    )
    alphabet = models.CharField(
        _("characters"), max_length=8, choices=CodeAlphabet, default=CodeAlphabet.MIXED
    )
    length = models.PositiveSmallIntegerField(
        _("random characters"), default=12, help_text=_("How many characters follow the prefix.")
    )
    size = models.PositiveIntegerField(_("number of codes"))
    uses_per_code = models.PositiveIntegerField(
        _("uses of each code"), default=1, help_text=_("1: each code can be used once.")
    )
    customer_limit = models.PositiveIntegerField(
        _("uses per customer"),
        null=True,
        blank=True,
        help_text=_("How often one customer can use codes of this batch. Leave this empty for no limit."),
    )
    starts_at = models.DateTimeField(_("valid from"), null=True, blank=True)
    ends_at = models.DateTimeField(
        _("valid until"), null=True, blank=True, help_text=_("From this moment on, the codes are expired.")
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=_("only for the customer"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="code_batches",
    )
    audience = models.ForeignKey(
        Audience,
        verbose_name=_("only for the audience"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="code_batches",
    )
    state = models.CharField(
        pgettext_lazy("how far something is", "state"),
        max_length=12,
        choices=BatchState,
        default=BatchState.WAITING,
        editable=False,
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    ready_at = models.DateTimeField(_("ready since"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    done_count = models.PositiveIntegerField(_("generated so far"), default=0, editable=False)
    claim = models.CharField(_("claimed by"), max_length=32, blank=True, default="", editable=False)
    beat_at = models.DateTimeField(_("last heartbeat"), null=True, editable=False)
    error = models.TextField(_("error"), blank=True, default="", editable=False)

    objects = CodeBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch of codes")
        verbose_name_plural = _("batches of codes")
        permissions = (("export_codebatch", "Can download the codes of a batch"),)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["name"],
                name="offers_codebatch_name_once",
                violation_error_message=_("Another batch has this name."),
            ),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=MAX_CODES),
                name="offers_codebatch_size_range",
                violation_error_message=_("A batch has 1 to 1,000,000 codes."),
            ),
            models.CheckConstraint(
                condition=Q(length__gte=1, length__lte=MAX_RANDOM_LENGTH),
                name="offers_codebatch_length_range",
                violation_error_message=_("A code has at most 32 random characters."),
            ),
            models.CheckConstraint(
                condition=Q(uses_per_code__gte=1, uses_per_code__lte=MAX_USES)
                & (Q(customer_limit__isnull=True) | Q(customer_limit__gte=1, customer_limit__lte=MAX_USES)),
                name="offers_codebatch_uses_range",
                violation_error_message=_("A number of uses is between 1 and 1,000,000."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="offers_codebatch_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=True) | Q(audience__isnull=True),
                name="offers_codebatch_one_assignment",
                violation_error_message=_("Choose a customer or an audience, not both."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values) & Q(alphabet__in=CodeAlphabet.values),
                name="offers_codebatch_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def has_started(self, at: datetime) -> bool:
        """Tell whether the period of its codes has begun."""
        return self.starts_at is None or self.starts_at <= at

    def has_ended(self, at: datetime) -> bool:
        """Tell whether the period of its codes is over."""
        return self.ends_at is not None and self.ends_at <= at


class GeneratedCode(models.Model):
    """One code of a batch, as codes are compared; `used_count` includes reservations.

    The count is changed by conditional updates only.
    """

    batch = models.ForeignKey(
        CodeBatch,
        verbose_name=_("batch of codes"),
        on_delete=models.PROTECT,
        db_index=False,
        related_name="codes",
    )
    code = models.CharField(_("code"), max_length=64)
    used_count = models.PositiveIntegerField(_("uses"), default=0)
    is_revoked = models.BooleanField(_("revoked"), default=False)

    class Meta:
        default_permissions = ()
        verbose_name = _("generated code")
        verbose_name_plural = _("generated codes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code"], name="offers_generatedcode_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["batch", "id"], name="offers_generatedcode_batch"),
            models.Index(fields=["batch"], condition=Q(used_count__gt=0), name="offers_generatedcode_used"),
            models.Index(fields=["batch"], condition=Q(is_revoked=True), name="offers_generatedcode_revoked"),
        ]

    def __str__(self) -> str:
        return self.code
