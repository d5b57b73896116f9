"""The board of a placement: the order of its offers, and the slots that are reserved."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from offers.models.offer import Offer
from offers.models.placement import MAX_SLOTS, Placement


class BoardEntry(models.Model):
    """The place of an offer in the order of a placement. A placement without entries asks by priority."""

    placement = models.ForeignKey(
        Placement, verbose_name=_("placement"), on_delete=models.CASCADE, related_name="board_entries"
    )
    offer = models.ForeignKey(
        Offer, verbose_name=_("offer"), on_delete=models.CASCADE, related_name="board_entries"
    )
    position = models.PositiveIntegerField(_("position"))

    class Meta:
        default_permissions = ()
        verbose_name = _("place on the board")
        verbose_name_plural = _("places on the board")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["placement", "offer"], name="offers_boardentry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id}: {self.offer_id}"


class ReservedSlot(models.Model):
    """A slot of a placement that only one kind of offer, or only one offer, may fill."""

    placement = models.ForeignKey(
        Placement, verbose_name=_("placement"), on_delete=models.CASCADE, related_name="reserved_slots"
    )
    slot = models.PositiveIntegerField(_("slot"))
    kind = models.CharField(_("kind"), max_length=16, blank=True, default="")
    offer = models.ForeignKey(
        Offer,
        verbose_name=_("offer"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="reserved_slots",
    )

    class Meta:
        default_permissions = ()
        verbose_name = _("reserved slot")
        verbose_name_plural = _("reserved slots")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["placement", "slot"], name="offers_reservedslot_once"),
            models.CheckConstraint(
                condition=Q(slot__gte=1, slot__lte=MAX_SLOTS),
                name="offers_reservedslot_slot_range",
                violation_error_message=_("A placement has 1 to 24 slots."),
            ),
            models.CheckConstraint(
                condition=(Q(kind="") & Q(offer__isnull=False)) | (~Q(kind="") & Q(offer__isnull=True)),
                name="offers_reservedslot_one_thing",
                violation_error_message=_("A slot is reserved for a kind of offer or for one offer."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.placement_id}: {self.slot}"
