"""What may keep an offer from being shown or charged: it is switched off, or another offer comes first."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.amounts import listed
from offers.models import BoardEntry, Lane, LaneMode, Offer, Placement

# How many names a sentence has room for.
MAX_NAMES = 3


class Precedence(Struct, frozen=True, kw_only=True):
    """What decides which of two offers comes first, of a saved offer or of one in a form.

    `placements` and `excludes` are primary keys. `id` is 0 for an offer that is not saved yet.
    """

    id: int
    is_active: bool
    priority: int
    currency: str
    lane: str
    purchase: str
    placements: frozenset[int]
    excludes: frozenset[int]
    starts_at: datetime | None
    ends_at: datetime | None


def precedence_of(offer: Offer) -> Precedence:
    """Return the precedence of a saved offer, by two queries."""
    return Precedence(
        id=offer.pk,
        is_active=offer.is_active,
        priority=offer.priority,
        currency=offer.currency,
        lane=offer.lane,
        purchase=offer.purchase,
        placements=frozenset(offer.placements.values_list("pk", flat=True)),
        excludes=frozenset(offer.excludes.values_list("pk", flat=True)),
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
    )


def find_obstacles(precedence: Precedence, *, at: datetime) -> Iterator[str]:
    """Yield what may hide the offer, in sentences; a constant number of queries.

    The other offers are those of higher priority that are active in a part of its period. What a customer,
    a cart or a page adds to this is shown by the preview.
    """
    yield from _own_state(precedence, at)
    before = _coming_first(precedence, at)
    if names := _names(before.filter(pk__in=precedence.excludes)):
        yield _(
            "Does not apply to a cart if one of these offers applies. "
            "They have a higher priority and exclude it: %(names)s"
        ) % {"names": names}
    lane = Lane.objects.filter(code=precedence.lane).first() or Lane(code=precedence.lane)
    in_lane = before.filter(lane=precedence.lane, purchase=precedence.purchase).exclude(
        pk__in=precedence.excludes
    )
    if lane.mode == LaneMode.FIRST and (names := _names(in_lane)):
        words = _(
            "In the lane “%(lane)s”, only the offer with the highest priority applies to each product. "
            "Before this one: %(names)s"
        )
        yield words % {"lane": lane, "names": names}
    yield from _full_placements(precedence, _live_meanwhile(precedence, at))


def _own_state(precedence: Precedence, at: datetime) -> Iterator[str]:
    if not precedence.is_active:
        yield _("This is a draft: shoppers do not see it until it is active.")
    elif precedence.ends_at and precedence.ends_at <= at:
        yield _("The period of this offer is over.")
    elif precedence.starts_at and precedence.starts_at > at:
        yield _("The period of this offer has not started.")


def _coming_first(precedence: Precedence, at: datetime) -> QuerySet[Offer]:
    """Return the active offers of higher priority that are live in a part of the offer's remaining period."""
    others = _live_meanwhile(precedence, at).filter(priority__gt=precedence.priority)
    return others.order_by("-priority", "name", "pk")


def _live_meanwhile(precedence: Precedence, at: datetime) -> QuerySet[Offer]:
    """Return the other active offers that are live in a part of the offer's remaining period."""
    starts_at = max(precedence.starts_at or at, at)
    others = Offer.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=starts_at),
        is_active=True,
        currency=precedence.currency,
    ).exclude(pk=precedence.id)
    if precedence.ends_at:
        others = others.filter(Q(starts_at__isnull=True) | Q(starts_at__lt=precedence.ends_at))
    return others


def _full_placements(precedence: Precedence, others: QuerySet[Offer]) -> Iterator[str]:
    """Yield the placements that are off, and those whose slots offers that are asked before can fill."""
    placements = list(Placement.objects.filter(pk__in=precedence.placements).order_by("name"))
    boards = _boards(precedence.placements)
    placed = {offer for board in boards.values() for offer in board}
    links = (
        others.filter(Q(priority__gt=precedence.priority) | Q(pk__in=placed))
        .filter(placements__in=precedence.placements)
        .order_by("-priority", "name", "pk")
        .values_list("placements", "pk", "priority", "name", "max_proposals")
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for placement, pk, priority, name, count in links:
        board = boards.get(placement, {})
        if _turn(board, pk, priority) < _turn(board, precedence.id, precedence.priority):
            found.setdefault(placement, []).append((name, count))
    for one in placements:
        before = found.get(one.pk, [])
        if not one.is_active:
            yield _("The placement “%(placement)s” is switched off.") % {"placement": one.name}
        elif sum(count for _name, count in before) >= one.slot_count:
            words = _(
                "Offers that are asked before can fill every slot of “%(placement)s” (%(count)d): %(names)s"
            )
            names = _shortened([name for name, _count in before])
            yield words % {"placement": one.name, "count": one.slot_count, "names": names}


def _boards(placements: Iterable[int]) -> dict[int, dict[int, int]]:
    """Return the place of each offer on the board of each placement, by primary keys."""
    boards: dict[int, dict[int, int]] = {}
    entries = BoardEntry.objects.filter(placement__in=placements, offer__placements=F("placement"))
    for placement, offer, position in entries.values_list("placement_id", "offer_id", "position"):
        boards.setdefault(placement, {})[offer] = position
    return boards


def _turn(board: Mapping[int, int], offer: int, priority: int) -> tuple[int, int]:
    """Return the turn in which the placement asks an offer: smaller ones come first."""
    place = board.get(offer)
    return (1, -priority) if place is None else (0, place)


def _names(offers: QuerySet[Offer]) -> str:
    return _shortened(list(offers.values_list("name", flat=True)))


def _shortened(names: Iterable[str]) -> str:
    """Return the first names, and how many more there are."""
    known = list(names)
    shown = [_("“%(text)s”") % {"text": name} for name in known[:MAX_NAMES]]
    return listed(shown) + (f" +{len(known) - MAX_NAMES}" if len(known) > MAX_NAMES else "")
