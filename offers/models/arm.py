"""The arms of experiments: what their shoppers are shown, and what is done differently for them."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from offers.models.experiment import WHOLE, Experiment
from offers.models.offer import Offer
from offers.models.placement import Placement
from offers.models.restraint import RestraintPolicy

# The smallest share of an arm of a bandit: without any shoppers, nobody would see that an arm got better.
LEAST_SHARE: Final = 100


class ArmRanking(models.TextChoices):
    """By what an arm ranks (`engine.experiments.variation.RankingMethod`)."""

    LEARNED = "learned", _("as in the shop: all that is known")
    UNANSWERED = "unanswered", _("without the answers of shoppers")
    PICKED = "picked", _("only hand-picked products")


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
