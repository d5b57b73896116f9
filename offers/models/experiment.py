"""Experiments: arms that are shown different offers, and the phases in which they are compared."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from engine.experiments.running import GROUPS
from offers.models.offer import Offer
from offers.models.placement import Placement
from offers.models.restraint import RestraintPolicy

# All shoppers, in basis points.
WHOLE: Final = 10_000
# The smallest share of an arm of a bandit: without any shoppers, nobody would see that an arm got better.
LEAST_SHARE: Final = 100


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


class ArmRanking(models.TextChoices):
    """By what an arm ranks (`engine.experiments.variation.RankingMethod`)."""

    LEARNED = "learned", _("as in the shop: all that is known")
    UNANSWERED = "unanswered", _("without the answers of shoppers")
    PICKED = "picked", _("only hand-picked products")


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


class Arm(models.Model):
    """A group of the shoppers of an experiment, with the offers that they are shown; without: nothing.

    `weight_bp` is its share of those who take part. The control is what shoppers see who do not take part: it
    ranks, orders and holds back as the shop does. In other arms, `placement` has the order and the reserved
    slots of `board`. Of `switched_policies`, active ones are off and others are on. A bandit keeps its share
    between `least_bp` and `most_bp`.
    """

    experiment = models.ForeignKey(
        Experiment, verbose_name=_("experiment"), on_delete=models.CASCADE, related_name="arms"
    )
    code = models.SlugField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=120)
    weight_bp = models.PositiveIntegerField(_("share"))
    least_bp = models.PositiveIntegerField(
        _("smallest share"),
        default=LEAST_SHARE,
        help_text=_("The smallest share that a bandit gives the arm."),
    )
    most_bp = models.PositiveIntegerField(
        _("largest share"), default=WHOLE, help_text=_("The largest share that a bandit gives the arm.")
    )
    is_control = models.BooleanField(_("control"), default=False)
    offers = models.ManyToManyField(
        Offer,
        verbose_name=_("offers"),
        blank=True,
        through="ArmOffer",
        related_name="arms",
        help_text=_("Only for shoppers of this arm. Empty: nothing."),
    )
    ranking = models.CharField(_("ranking"), max_length=16, choices=ArmRanking, default=ArmRanking.LEARNED)
    placement = models.ForeignKey(
        Placement,
        verbose_name=_("placement"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The placement whose order is different in this arm."),
    )
    board = models.ForeignKey(
        Placement,
        verbose_name=_("order of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The placement with the board that counts instead. It may be switched off."),
    )
    switched_policies = models.ManyToManyField(
        RestraintPolicy,
        verbose_name=_("switched restraint rules"),
        blank=True,
        related_name="+",
        help_text=_("In this arm, active rules are off, and inactive ones are on."),
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("arm")
        verbose_name_plural = _("arms")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["experiment", "code"],
                name="offers_arm_once",
                violation_error_message=_("Each arm of an experiment needs a code of its own."),
            ),
            models.UniqueConstraint(
                fields=["experiment"],
                condition=Q(is_control=True),
                name="offers_arm_one_control",
                violation_error_message=_("An experiment has one control."),
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name=""),
                name="offers_arm_named",
                violation_error_message=_("An arm needs a code and a name."),
            ),
            models.CheckConstraint(
                condition=Q(weight_bp__gte=1, weight_bp__lte=WHOLE),
                name="offers_arm_weight_range",
                violation_error_message=_("The share of an arm must be between 0.01 and 100 percent."),
            ),
            models.CheckConstraint(
                condition=Q(least_bp__gte=LEAST_SHARE, least_bp__lte=F("most_bp"), most_bp__lte=WHOLE),
                name="offers_arm_limits_range",
                violation_error_message=_(
                    "A bandit gives each arm at least 1 percent. The smallest share must not be above the "
                    "largest."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ranking__in=ArmRanking.values), name="offers_arm_ranking_known"
            ),
            models.CheckConstraint(
                condition=Q(placement__isnull=True, board__isnull=True)
                | (Q(placement__isnull=False, board__isnull=False) & ~Q(placement=F("board"))),
                name="offers_arm_board_of_another",
                violation_error_message=_("Choose a placement and another one whose order it has."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ArmOffer(models.Model):
    """An offer that an arm has. It is for the shoppers of the arms that have it, and for nobody else."""

    arm = models.ForeignKey(Arm, verbose_name=_("arm"), on_delete=models.CASCADE, related_name="arm_offers")
    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="arm_offers"
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("offer of an arm")
        verbose_name_plural = _("offers of arms")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["arm", "offer"],
                name="offers_armoffer_once",
                violation_error_message=_("An arm can have each offer only once."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.arm_id}: {self.offer_id}"


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
