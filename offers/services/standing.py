"""Who is asked before an offer in a placement, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from msgspec import Struct

from offers.kinds.config import kind_choices
from offers.models import Offer, Placement
from offers.services.board import Board


class Standing(Struct, frozen=True, kw_only=True):
    """An offer of a placement in the order in which offers are asked.

    `place` counts from 1. Offers of one `turn` compete by expected value. `why` says what decides its place,
    `slots` are the slots reserved for it or its kind.
    """

    offer: Offer
    place: int
    turn: tuple[int, int]
    is_live: bool
    why: str
    slots: tuple[int, ...]

    def comes_before(self, other: "Standing") -> bool:
        """Tell whether it is asked before the other one, not only together with it."""
        return self.turn < other.turn


def standings(placement: Placement, board: Board, *, at: datetime) -> list[Standing]:
    """Return the active offers of the placement in the order in which they are asked; two queries."""
    offers = list(placement.offers.filter(is_active=True).order_by("-priority", "pk"))
    live = set(placement.offers.live_at(at).values_list("pk", flat=True))
    place_of = {offer: place for place, offer in enumerate(board.order)}
    turns = {offer.pk: _turn(offer, place_of, board) for offer in offers}
    # The sort is stable: offers of one turn stay in the order of their age.
    ranked = sorted(offers, key=lambda offer: turns[offer.pk])
    return [
        Standing(
            offer=offer,
            place=place,
            turn=turns[offer.pk],
            is_live=offer.pk in live,
            why=_why(offer, turns, board),
            slots=tuple(
                one.slot
                for one in board.reserved
                if one.offer == offer.pk or (one.kind and one.kind == offer.kind)
            ),
        )
        for place, offer in enumerate(ranked, 1)
    ]


def reserved_for_others(standing: Standing, board: Board) -> list[str]:
    """Return the slots that this offer cannot fill, and for whom they are reserved."""
    names = dict(Offer.objects.filter(pk__in=[one.offer for one in board.reserved]).values_list("pk", "name"))
    return [
        _("Slot %(slot)d: %(whom)s") % {"slot": one.slot, "whom": _whom(one.kind, one.offer, names)}
        for one in board.reserved
        if one.slot not in standing.slots
    ]


def _whom(kind: str, offer: int | None, names: Mapping[int, str]) -> str:
    return str(dict(kind_choices()).get(kind, kind)) if kind else names.get(offer or 0, "")


def _turn(offer: Offer, place_of: Mapping[int, int], board: Board) -> tuple[int, int]:
    """Return the turn of an offer, as the decision works it out."""
    if board.after_decline == "offer" and offer.pk == board.downsell:
        return -1, 0
    place = place_of.get(offer.pk)
    return (1, -offer.priority) if place is None else (0, place)


def _why(offer: Offer, turns: Mapping[int, Sequence[int]], board: Board) -> str:
    group, place = turns[offer.pk]
    if group < 0:
        return _("Only after a decline, and then first.")
    if group == 0:
        return _("Place %(place)d on the board.") % {"place": place + 1}
    rivals = sum(turn == turns[offer.pk] for turn in turns.values()) - 1
    words = _("Priority %(priority)d.") % {"priority": offer.priority}
    if board.order:
        words = _("Not placed on the board, so it comes after all that are. Priority %(priority)d.") % {
            "priority": offer.priority
        }
    if rivals:
        competing = ngettext(
            "It competes by expected value with %(count)d other offer of this priority.",
            "It competes by expected value with %(count)d other offers of this priority.",
            rivals,
        )
        return _("%(sentence)s %(next)s") % {"sentence": words, "next": competing % {"count": rivals}}
    return words
