"""Experiments, and the phases in which their arms are compared."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from engine.experiments.running import GROUPS

# All shoppers, in basis points.
WHOLE: Final = 10_000


class LifecycleState(models.TextChoices):
    """How far an experiment is."""

    DRAFT = "draft", _("draft")
    RUNNING = "running", _("running")
    STOPPED = "stopped", _("stopped")
    CONCLUDED = "concluded", _("concluded")


class PrimaryMetric(models.TextChoices):
    """What an experiment is decided by. All but the conversion rate and the order value are per shopper."""

    CONVERSION = "conversion", _("conversion rate")
    ORDER_VALUE = "order_value", _("order value")
    SALES = "sales", _("sales per shopper")
    MARGIN = "margin", _("margin per shopper")
    UNITS = "units", _("units per shopper")
    LTV_30 = "ltv_30", _("LTV after 30 days")
    LTV_60 = "ltv_60", _("LTV after 60 days")
    LTV_90 = "ltv_90", _("LTV after 90 days")


class GuardrailMetric(models.TextChoices):
    """What an experiment must not make worse."""

    ANNOYANCE = "annoyance", _("dismissals, declines and complaints")
    RETURNS = "returns", _("returns")
    MARGIN = "margin", _("margin per shopper")


class Division(models.TextChoices):
    """How shoppers are divided among the arms."""

    FIXED = "fixed", _("fixed shares: measures the difference")
    RESULTS = "results", _("bandit: every day, more to the arms that convert better")


class MultipleTesting(models.TextChoices):
    """How p-values are adjusted for several arms and metrics (`analytics.stats.experiments.multiple`)."""

    HOLM = "holm", _("Holm: hardly ever a single false finding")
    BENJAMINI_HOCHBERG = "benjamini_hochberg", _("Benjamini–Hochberg: a small share of false findings")


def every_guardrail() -> list[str]:
    """Return the codes of all guardrails, which a new experiment watches."""
    return list(GuardrailMetric.values)


class Experiment(models.Model):
    """A comparison of arms, to which shoppers are assigned by a hash of what identifies them.

    It assigns shoppers while it is running, from `starts_at` up to but excluding `ends_at`. A stopped one
    assigns nobody: everybody sees what the control sees. A concluded one restricts no offer any more.

    Experiments with the same `exclusion_group` never share a shopper: each has its own slice of the group, of
    `group_share_bp` from `group_start_bp`, which is set while it is running. `coverage_bp` is the share of
    the shoppers (of the slice) that take part.
    """

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=120)
    name_ja = models.CharField(_("name (Japanese)"), max_length=120, blank=True, default="")
    hypothesis = models.TextField(
        _("hypothesis"), blank=True, default="", help_text=_("What should change, for whom, and why.")
    )
    state = models.CharField(
        _("state"),
        max_length=16,
        choices=LifecycleState,
        default=LifecycleState.DRAFT,
        editable=False,
    )
    metric = models.CharField(
        _("primary metric"),
        max_length=16,
        choices=PrimaryMetric,
        default=PrimaryMetric.SALES,
        help_text=_("The verdict is about this metric."),
    )
    guardrails = models.JSONField(
        _("guardrails"),
        default=every_guardrail,
        blank=True,
        help_text=_("No verdict recommends an arm that makes one of these worse."),
    )
    correction = models.CharField(
        _("several arms or metrics"),
        max_length=32,
        choices=MultipleTesting,
        default=MultipleTesting.HOLM,
    )
    division = models.CharField(
        _("shares"),
        max_length=16,
        choices=Division,
        default=Division.FIXED,
        help_text=_("A bandit goes by the conversion rate, within the limits of each arm."),
    )
    starts_at = models.DateTimeField(
        _("starts"), null=True, blank=True, help_text=_("Empty: when it is started.")
    )
    ends_at = models.DateTimeField(
        _("ends"),
        null=True,
        blank=True,
        help_text=_("Empty: open. An end date makes the verdict more certain on that day."),
    )
    only_customers = models.BooleanField(
        _("only known customers"),
        default=False,
        help_text=_("Visitors who are not logged in see what the control sees."),
    )
    coverage_bp = models.PositiveIntegerField(
        _("share of shoppers"),
        default=WHOLE,
        help_text=_("Who take part. The others see what the control sees."),
    )
    exclusion_group = models.SlugField(
        _("exclusion group"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("No shopper takes part in two experiments of the same group. Empty: no group."),
    )
    group_share_bp = models.PositiveIntegerField(
        _("share of the group"),
        null=True,
        blank=True,
        help_text=_("How much of the exclusion group this experiment uses."),
    )
    group_start_bp = models.PositiveIntegerField(null=True, editable=False)
    acknowledged_prices = models.BooleanField(
        _("different prices are intended"),
        default=False,
        help_text=_(
            "I know that shoppers may pay different prices for the same product at the same time, depending "
            "on their arm."
        ),
    )
    winner = models.ForeignKey(
        "Arm",
        verbose_name=_("winner"),
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
    )
    stopped_at = models.DateTimeField(_("stopped"), null=True, editable=False)
    concluded_at = models.DateTimeField(_("concluded"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name_en=""),
                name="offers_experiment_named",
                violation_error_message=_("An experiment needs a code and a name."),
            ),
            models.CheckConstraint(
                condition=~Q(code=GROUPS),
                name="offers_experiment_code_free",
                violation_error_message=_("The code “holdout” is reserved for the holdout of the shop."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=LifecycleState.values)
                & Q(metric__in=PrimaryMetric.values)
                & Q(correction__in=MultipleTesting.values)
                & Q(division__in=Division.values),
                name="offers_experiment_known",
                violation_error_message=_("Unknown state, metric or correction."),
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="offers_experiment_ends_after_start",
                violation_error_message=_("An experiment must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(state=LifecycleState.DRAFT) | Q(starts_at__isnull=False),
                name="offers_experiment_started",
            ),
            models.CheckConstraint(
                condition=Q(coverage_bp__gte=1, coverage_bp__lte=WHOLE),
                name="offers_experiment_coverage_range",
                violation_error_message=_("A share of shoppers must be between 0.01 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(exclusion_group="", group_share_bp__isnull=True)
                | (~Q(exclusion_group="") & Q(group_share_bp__gte=1, group_share_bp__lte=WHOLE)),
                name="offers_experiment_group_share_range",
                violation_error_message=_(
                    "An exclusion group and the share of it, between 0.01 and 100 percent, belong together."
                ),
            ),
            models.CheckConstraint(
                condition=Q(group_start_bp__isnull=True) | Q(group_start_bp__lte=WHOLE - F("group_share_bp")),
                name="offers_experiment_slice_fits",
            ),
            models.CheckConstraint(
                condition=Q(winner__isnull=True) | Q(state=LifecycleState.CONCLUDED),
                name="offers_experiment_winner_concluded",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


class Phase(models.Model):
    """A time of an experiment in which the split stayed the same: results are counted for each by itself.

    A changed split starts a new phase, with a new `seed`, which assigns everybody anew. `weights` are the
    basis points of the arms by their code; the arms are in the order of their keys. Those of a bandit are in
    force since its last `BanditDay`, and it has one phase. `coverage_bp` only grows
    within a phase. It lasts from `started_at` up to but excluding `ended_at`, None for the one in progress.
    """

    experiment = models.ForeignKey(
        Experiment, verbose_name=_("experiment"), on_delete=models.CASCADE, related_name="phases"
    )
    number = models.PositiveIntegerField(_("phase"))
    seed = models.CharField(_("seed"), max_length=128)
    weights = models.JSONField(_("shares of the arms"))
    coverage_bp = models.PositiveIntegerField(_("share of shoppers"))
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["experiment", "number"], name="offers_phase_once"),
            models.UniqueConstraint(
                fields=["experiment"], condition=Q(ended_at__isnull=True), name="offers_phase_one_in_progress"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id}: {self.number}"
