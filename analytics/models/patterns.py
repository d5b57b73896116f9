"""What works where: the searches for patterns, and what they found."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PatternOutcome(models.TextChoices):
    """What is compared."""

    ACCEPTED = "accepted", _("accepted")
    BOUGHT = "bought", _("bought")


class PatternScope(models.TextChoices):
    """What is compared with all others."""

    OFFER = "offer", _("offer")
    KIND = "kind", _("offers of a kind")


class PatternDimension(models.TextChoices):
    """Where it is compared with the rest."""

    AUDIENCE = "audience", pgettext_lazy("a set of customers", "audience")
    PLACEMENT = "placement", _("placement")
    HOURS = "hours", _("time of day")
    CATEGORY = "category", _("category of the product")


class PatternSearch(models.Model):
    """A search through the decisions of some days; the newest computed one replaces the others.

    Until a worker has computed it, it is a request. `look_count` of the `question_count` questions looked
    significant one by one; those that remained are its findings, of which the clearest are kept. `rivals`
    is what `analytics.services.patterns.rivals` stores.
    """

    requested_at = models.DateTimeField(_("requested at"))
    computed_at = models.DateTimeField(_("computed"), null=True, db_index=True)
    since_date = models.DateField(_("first day"), null=True)
    unit_count = models.PositiveBigIntegerField(_("shoppers and offers"), default=0)
    question_count = models.PositiveIntegerField(_("questions"), default=0)
    look_count = models.PositiveIntegerField(_("looked significant"), default=0)
    survivor_count = models.PositiveIntegerField(_("remained"), default=0)
    rivals = models.JSONField(_("offers that lower the acceptance of others"), default=dict)

    class Meta:
        default_permissions = ()
        verbose_name = _("search for patterns")
        verbose_name_plural = _("searches for patterns")

    def __str__(self) -> str:
        return f"{self.requested_at:%Y-%m-%d %H:%M}"


class PatternFinding(models.Model):
    """An offer or kind that does better or worse somewhere than elsewhere, compared with all others.

    `subject` is the code of an offer or kind. `segment` is the primary key of an audience or category, the
    code of a placement, or the first hour of six. `cells` are count and trials of four groups: this offer and
    the others in the segment, then both in the rest. The effect and its 95 % interval are differences of
    rates, from -2 to 2.
    """

    search = models.ForeignKey(PatternSearch, on_delete=models.CASCADE, related_name="findings")
    outcome = models.CharField(_("outcome"), max_length=16, choices=PatternOutcome)
    scope = models.CharField(_("scope"), max_length=16, choices=PatternScope)
    subject = models.CharField(_("offer or kind"), max_length=64)
    dimension = models.CharField(_("dimension"), max_length=16, choices=PatternDimension)
    segment = models.CharField(_("segment"), max_length=64)
    cells = models.JSONField(_("counts"))
    effect = models.FloatField(_("effect"))
    low = models.FloatField(_("lower end of the interval"))
    high = models.FloatField(_("upper end of the interval"))
    p_value = models.FloatField(_("p-value"))
    adjusted_p_value = models.FloatField(_("adjusted p-value"))

    class Meta:
        default_permissions = ()
        verbose_name = _("pattern")
        verbose_name_plural = _("patterns")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["search", "outcome", "scope", "subject", "dimension", "segment"],
                name="analytics_patternfinding_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.dimension} {self.segment}"
