"""Which lines of the request are in each priced line: pricing merges equal lines and exchanges units."""

from collections.abc import Sequence

from msgspec import Struct

from checkout.services.quote.basket import AskedUnits
from engine.pricing import PricedCart, PricedLine

Place = int
Room = dict[Place, int]


class LineShare(Struct, frozen=True):
    """Units of a priced line that a line of the request asked for, and what they cost together."""

    index: int
    quantity: int
    total_minor: int


def share_lines(*, asked: Sequence[AskedUnits], priced: PricedCart) -> tuple[tuple[LineShare, ...], ...]:
    """Return for each priced line the request's lines in it; none for options and gifts.

    Units are in the priced line of their own product, options and interval. Units that do not fit there were
    exchanged: they are in the lines of the same interval, first those that kept most of their options. The
    more expensive units belong to the lines that were named first.
    """
    room: Room = {
        place: line.quantity
        for place, line in enumerate(priced.lines)
        if line.parent is None and line.gift_of is None
    }
    own = {_kind_of(priced.lines[place]): place for place in room}
    held: dict[Place, list[tuple[int, int]]] = {place: [] for place in room}
    exchanged = []
    for line in asked:
        place = own.get((line.product, line.interval_days, line.cycle, line.options))
        left = line.quantity - (0 if place is None else _put(line.index, line.quantity, place, room, held))
        if left:
            exchanged.append((line, left))
    for line, left in exchanged:
        for place in _led_to(line, room, priced):
            if left:
                left -= _put(line.index, left, place, room, held)  # noqa: PLW2901 (what is left to assign)
    return tuple(_shares(line, held.get(place, [])) for place, line in enumerate(priced.lines))


def _led_to(line: AskedUnits, room: Room, priced: PricedCart) -> list[Place]:
    """Return the lines that may hold exchanged units of a line, first those that kept most of its options."""
    options = set(line.options)
    places = [
        place
        for place in room
        if (priced.lines[place].interval_days, priced.lines[place].cycle) == (line.interval_days, line.cycle)
    ]
    return sorted(
        places,
        key=lambda place: (
            not options.issuperset(priced.lines[place].options),
            -len(priced.lines[place].options),
        ),
    )


def _kind_of(line: PricedLine) -> tuple[int, int, int, tuple[tuple[int, int], ...]]:
    return line.product, line.interval_days, line.cycle, line.options


def _put(
    index: int, quantity: int, place: Place, room: Room, held: dict[Place, list[tuple[int, int]]]
) -> int:
    """Put as many units into a line as it has room for; return how many."""
    count = min(quantity, room[place])
    if count:
        room[place] -= count
        held[place].append((index, count))
    return count


def _shares(line: PricedLine, held: Sequence[tuple[int, int]]) -> tuple[LineShare, ...]:
    """Assign the units of a priced line, the most expensive first."""
    runs = [[run.quantity, run.unit_minor] for run in line.units]
    shares = []
    for index, quantity in sorted(held):
        left, total = quantity, 0
        while left:
            count = min(left, runs[0][0])
            total += count * runs[0][1]
            runs[0][0] -= count
            left -= count
            if not runs[0][0]:
                runs.pop(0)
        shares.append(LineShare(index, quantity, total))
    return tuple(shares)
