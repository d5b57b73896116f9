"""The form of a placement's board."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin.keys import is_key
from offers.kinds.config import kind_choices
from offers.models import AfterDecline, FillIns, Offer, Placement
from offers.services.board import Board, SlotRule

MOVES = {"up": -1, "down": 1}


class BoardForm(forms.Form):
    """What fills the slots of a placement, and in which order; bound, it reads `order` from the posted data.

    `offers` are those of the placement. The fields `slot-1` and so on say for whom a slot is reserved:
    "kind:upgrade", "offer:12" or nothing.
    """

    fill_ins = forms.ChoiceField(
        label=gettext_lazy("Which products may fill slots"),
        choices=FillIns.choices,
        widget=UnfoldAdminSelectWidget,
    )
    after_decline = forms.ChoiceField(
        label=gettext_lazy("What customers see after they decline an offer here"),
        choices=AfterDecline.choices,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy(
            "For known customers, as long as their decline is remembered. "
            "A lower step needs an upgrade that uses the next tiers of the ladder."
        ),
    )
    downsell = forms.ModelChoiceField(
        Offer.objects.none(),
        label=gettext_lazy("Offer after a decline"),
        required=False,
        empty_label="–",
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("Only shown to customers who declined another offer of the placement."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        placement: Placement,
        offers: Sequence[Offer],
        board: Board,
    ) -> None:
        reserved = {f"slot-{one.slot}": _written(one) for one in board.reserved}
        initial = {
            "fill_ins": board.fill_ins,
            "after_decline": board.after_decline,
            "downsell": board.downsell,
            **reserved,
        }
        super().__init__(data, initial=initial, label_suffix="")
        self.placement, self.offers, self.stored = placement, {one.pk: one for one in offers}, board
        downsell: Any = self.fields["downsell"]
        downsell.queryset = Offer.objects.filter(pk__in=self.offers).order_by("name", "pk")
        for slot in range(1, placement.slot_count + 1):
            self.fields[f"slot-{slot}"] = forms.ChoiceField(
                label=_("Slot %(slot)d") % {"slot": slot},
                choices=_slot_choices(offers),
                required=False,
                widget=UnfoldAdminSelectWidget,
            )

    @property
    def slot_fields(self) -> list[Any]:
        """Return the fields of the slots, in their order."""
        return [self[name] for name in self.fields if name.startswith("slot-")]

    @property
    def rule_fields(self) -> list[Any]:
        """Return the other fields."""
        return [self[name] for name in ("fill_ins", "after_decline", "downsell")]

    def order(self) -> list[int]:
        """Return the offers with a place of their own, as they are posted or stored, after a posted move."""
        if not self.is_bound:
            return [one for one in self.stored.order if one in self.offers]
        posted = [int(one) for one in self.data.getlist("order") if is_key(one)]  # type: ignore[attr-defined]
        order = [one for one in dict.fromkeys(posted) if one in self.offers]
        direction, _colon, key = str(self.data.get("move", "")).partition(":")
        if direction in MOVES and is_key(key) and int(key) in self.offers:
            return _moved(order, int(key), MOVES[direction])
        return order

    def clean(self) -> dict[str, Any]:
        """Refuse a choice that lacks its offer, an offer that no choice uses, and a list that is outdated."""
        cleaned = super().clean() or self.cleaned_data
        posted = self.data.getlist("order")  # type: ignore[attr-defined] # a QueryDict
        if any(not is_key(one) or int(one) not in self.offers for one in posted):
            words = _("The list contained an offer that is no longer in this placement. It was left out.")
            self.add_error(None, ValidationError(words, code="outdated"))
        chosen, downsell = cleaned.get("after_decline"), cleaned.get("downsell")
        if chosen == AfterDecline.OFFER and downsell is None and "downsell" not in self.errors:
            self.add_error("downsell", ValidationError(_("Choose the offer to show."), code="required"))
        if chosen != AfterDecline.OFFER and downsell is not None:
            words = _("Only used if another offer is shown after a decline. Clear it, or choose that.")
            self.add_error("downsell", ValidationError(words, code="ignored"))
        return cleaned

    def board(self) -> Board:
        """Return the board of a valid form."""
        given = self.cleaned_data
        slots = ((slot, given[f"slot-{slot}"]) for slot in range(1, self.placement.slot_count + 1))
        return Board(
            order=tuple(self.order()),
            reserved=tuple(_read(slot, text) for slot, text in slots if text),
            fill_ins=given["fill_ins"],
            after_decline=given["after_decline"],
            downsell=given["downsell"].pk if given["downsell"] else None,
        )


def _moved(order: list[int], key: int, step: int) -> list[int]:
    """Return the order with an offer one place further; from the end it leaves, and enters there."""
    if key not in order:
        return [*order, key] if step < 0 else order
    place = order.index(key)
    rest = [one for one in order if one != key]
    if place + step > len(rest):
        return rest
    rest.insert(max(place + step, 0), key)
    return rest


def _slot_choices(offers: Iterable[Offer]) -> list[Any]:
    return [
        ("", _("any offer")),
        (_("Only one kind"), [(f"kind:{code}", name) for code, name in kind_choices()]),
        (_("Only one offer"), [(f"offer:{one.pk}", one.name) for one in offers]),
    ]


def _written(rule: SlotRule) -> str:
    return f"kind:{rule.kind}" if rule.kind else f"offer:{rule.offer}"


def _read(slot: int, text: str) -> SlotRule:
    what, _colon, key = text.partition(":")
    return SlotRule(slot, kind=key) if what == "kind" else SlotRule(slot, offer=int(key))
