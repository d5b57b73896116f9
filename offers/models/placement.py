"""Placements: where on the storefront offers may appear."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.deletion import Watched, WatchedQuerySet

MAX_SLOTS = 24


class FillIns(models.TextChoices):
    """Which products that the statistics chose may fill slots."""

    ALL = "all", _("all products that the statistics choose")
    NO_LAST_RESORT = "no_last_resort", _("no best sellers of the whole shop")
    NONE = "none", _("only hand-picked products; other slots stay empty")


class AfterDecline(models.TextChoices):
    """What a placement shows to a customer who declined one of its offers."""

    NEXT = "next", _("the next offers")
    LOWER_STEP = "lower_step", _("a lower step of the same ladder, once")
    OFFER = "offer", _("another offer, chosen below")
    SILENCE = "silence", _("nothing")


class RankBy(models.TextChoices):
    """What offers of one priority compete by."""

    MARGIN = "margin", _("expected margin")
    SALES = "sales", _("expected sales")


class PlacementQuerySet(WatchedQuerySet["Placement"]):
    """Sets of placements."""


class Placement(Watched):
    """A spot of the storefront (product page, cart, checkout, …) with room for some offers."""

    code = models.SlugField(_("code"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=120)
    slot_count = models.PositiveIntegerField(
        _("slots"), default=4, help_text=_("The maximum number of offers that it shows.")
    )
    is_about_cart = models.BooleanField(
        _("only about the cart"),
        default=False,
        help_text=_("Offers fit the cart, regardless of the product on the page."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_after_purchase = models.BooleanField(
        _("after the purchase"),
        default=False,
        help_text=_("The cart of the request has been bought. Offers are priced for a new order."),
    )
    fill_ins = models.CharField(_("fill-ins"), max_length=16, choices=FillIns, default=FillIns.ALL)
    after_decline = models.CharField(
        _("after a decline"), max_length=16, choices=AfterDecline, default=AfterDecline.NEXT
    )
    downsell = models.ForeignKey(
        "Offer",
        verbose_name=_("offer after a decline"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Only shown to customers who declined another offer of the placement."),
    )
    rank_by = models.CharField(
        _("offers compete by"),
        max_length=16,
        choices=RankBy,
        default=RankBy.MARGIN,
        help_text=_(
            "Among offers of the same priority, the one that is expected to add most comes first. A product "
            "whose cost is not known counts with the usual cost of the others; if no cost is known, margin "
            "and sales are the same."
        ),
    )

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(slot_count__gte=1, slot_count__lte=MAX_SLOTS),
                name="offers_placement_slot_count_range",
                violation_error_message=_("A placement has 1 to 24 slots."),
            ),
            models.CheckConstraint(
                condition=Q(fill_ins__in=FillIns.values) & Q(after_decline__in=AfterDecline.values),
                name="offers_placement_board_known",
                violation_error_message=_("Unknown choice for fill-ins or after a decline."),
            ),
            models.CheckConstraint(
                condition=Q(rank_by__in=RankBy.values),
                name="offers_placement_rank_by_known",
                violation_error_message=_("Offers compete by margin or by sales."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
