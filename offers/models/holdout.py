"""The groups of the shop: the holdout, and business as usual."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models.experiment import WHOLE

# There is one row at most.
ONLY_ROW: Final = 1
# At least half of the shoppers are shown everything.
MOST_HELD_OUT: Final = WHOLE // 2


class HoldoutGroups(models.Model):
    """The shoppers who are shown no offers, and those who are shown only hand-picked ones.

    The shares are of all shoppers. Each start has a new `seed`, which chooses the groups anew; while they are
    on, they stay as they are. Without a row, the shop has no groups.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY_ROW, editable=False)
    holdout_share_bp = models.PositiveIntegerField(
        _("holdout"), default=1000, help_text=_("The share of all shoppers who are shown no offers.")
    )
    usual_share_bp = models.PositiveIntegerField(
        _("business as usual"),
        default=0,
        help_text=_("The share of all shoppers who are shown only hand-picked products, nothing learned."),
    )
    is_on = models.BooleanField(_("on"), default=False, editable=False)
    seed = models.CharField(_("seed"), max_length=128, blank=True, default="", editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    stopped_at = models.DateTimeField(_("stopped"), null=True, editable=False)

    class Meta:
        default_permissions = ("view", "change")
        verbose_name = _("holdout of the shop")
        verbose_name_plural = _("holdout of the shop")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(id=ONLY_ROW), name="offers_holdoutgroups_only_row"),
            models.CheckConstraint(
                condition=Q(holdout_share_bp__gte=1, holdout_share_bp__lte=MOST_HELD_OUT)
                & Q(usual_share_bp__lte=MOST_HELD_OUT - models.F("holdout_share_bp")),
                name="offers_holdoutgroups_share_range",
                violation_error_message=_(
                    "The holdout needs at least 0.01 percent, and both groups together at most 50 percent of "
                    "the shoppers."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_on=False)
                | (Q(started_at__isnull=False, stopped_at__isnull=True) & ~Q(seed="")),
                name="offers_holdoutgroups_started",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Holdout of the shop"))
