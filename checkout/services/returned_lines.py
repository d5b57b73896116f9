"""Find the lines that a refund names, by their number in the quote or by the IDs of the shop's cart."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from msgspec import Struct

from catalog.services.values import FieldError
from checkout.models import AllocatedLine


class RefundRefusedError(Exception):
    """A refund of unknown lines, or of more units than can be refunded (`is_beyond`)."""

    def __init__(self, errors: Sequence[FieldError], *, is_beyond: bool) -> None:
        super().__init__("Nothing was refunded.")
        self.errors = list(errors)
        self.is_beyond = is_beyond


class ReturnedLine(Struct, frozen=True):
    """Returned units of a line of the quote or, by its own ID, of the cart; with their options."""

    line: int | None
    quantity: int
    id: str | None = None


class FoundUnits(Struct, frozen=True):
    """Returned units of an allocated line, and the ID that named them, if one did."""

    line: AllocatedLine
    quantity: int
    id: str | None


class _Left(Struct):
    """How many units can still be refunded, by line, and by line and ID."""

    units: dict[int, int]
    named: dict[tuple[int, str], int]

    def take(self, line: AllocatedLine, wanted: int, own: str | None) -> int:
        """Take up to `wanted` units of a line; return how many there were."""
        count = min(wanted, self.units[line.position])
        if own is not None:
            count = min(count, self.named[line.position, own])
            self.named[line.position, own] -= count
        self.units[line.position] -= count
        return count


def find_returned(
    *, lines: Mapping[int, AllocatedLine], returned: Sequence[ReturnedLine]
) -> tuple[FoundUnits, ...]:
    """Return the units of each line that are returned; raise RefundRefusedError if some cannot be.

    The units of a cart line may be in several lines, if an upgrade exchanged some of them.
    """
    left = _Left(
        {position: line.quantity - line.refunded_quantity for position, line in lines.items()},
        {
            (position, own): units - line.refunded_ids.get(own, 0)
            for position, line in lines.items()
            for own, units in line.ids.items()
        },
    )
    found, errors, beyond = [], [], []
    for index, one in enumerate(returned):
        pointer = f"/lines/{index}"
        holders = _holders(lines, one)
        if not holders:
            name = "line" if one.id is None else "id"
            errors.append(
                FieldError(f"{pointer}/{name}", "unknown_line", _("The order does not have this line."))
            )
        elif holders[0].parent_position is not None:
            detail = _("An option is returned with the line it belongs to.")
            errors.append(FieldError(f"{pointer}/line", "option_of_line", detail))
        else:
            units = [FoundUnits(line, 0, one.id) for line in holders]
            missing = one.quantity
            for place, line in enumerate(holders):
                count = left.take(line, missing, one.id)
                units[place] = FoundUnits(line, count, one.id)
                missing -= count
            found += units
            if missing:
                beyond.append(_beyond(f"{pointer}/quantity", one, holders, one.quantity - missing))
    if errors or beyond:
        raise RefundRefusedError(errors or beyond, is_beyond=not errors)
    return tuple(found)


def _holders(lines: Mapping[int, AllocatedLine], one: ReturnedLine) -> list[AllocatedLine]:
    """Return the lines that a refund names."""
    if one.id is not None:
        return [line for line in lines.values() if one.id in line.ids]
    return [line for position, line in lines.items() if position == one.line]


def _beyond(pointer: str, one: ReturnedLine, holders: Sequence[AllocatedLine], left: int) -> FieldError:
    bought = sum(line.quantity if one.id is None else line.ids[one.id] for line in holders)
    detail = _("Only %(left)d of %(quantity)d units of this line can still be refunded.")
    return FieldError(pointer, "refund_exceeds", detail % {"left": left, "quantity": bought})


def ids_of(found: Iterable[FoundUnits]) -> dict[int, dict[str, int]]:
    """Return the IDs of the returned units by line: those that named them, and those that only they have."""
    named: dict[int, dict[str, int]] = {}
    numbered: dict[int, int] = {}
    lines = {}
    for units in found:
        position = units.line.position
        lines[position] = units.line
        ids = named.setdefault(position, {})
        if units.id is None:
            numbered[position] = numbered.get(position, 0) + units.quantity
        elif units.quantity:
            ids[units.id] = ids.get(units.id, 0) + units.quantity
    for position, count in numbered.items():
        for own, units_of_it in _only_ids(lines[position], named[position], count).items():
            named[position][own] = named[position].get(own, 0) + units_of_it
    return named


def _only_ids(line: AllocatedLine, named: Mapping[str, int], count: int) -> dict[str, int]:
    """Return the IDs of `count` units that are returned by number, beside the named ones; none in doubt.

    There is no doubt if all units that are left are returned, or if all have one ID.
    """
    rest = line.quantity - line.refunded_quantity - sum(named.values())
    left = {own: units - line.refunded_ids.get(own, 0) - named.get(own, 0) for own, units in line.ids.items()}
    left = {own: units for own, units in left.items() if units}
    known = sum(left.values())
    if count == rest and known <= rest:
        return left
    if len(left) == 1 and known == rest:
        return dict.fromkeys(left, count)
    return {}
