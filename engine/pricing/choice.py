"""Which offers of one lane apply, and in what order they take their units."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from msgspec import Struct

from engine.pricing.board import Board
from engine.pricing.claim import Claim
from engine.pricing.index import Roles
from engine.pricing.offer import LaneMode, Offer

# With so many offers in each other's way every order is tried (at most 64 claims); with more, the one
# that saves most goes first, again and again. Both save at least as much as any one offer alone.
EXACT_UP_TO = 4
NOTHING_LEFT = Claim(reason="no_saving")


class Contender(Struct, gc=False):
    """An offer that could apply: `entry` is its claim on the board with which the lane began.

    `rank` sorts by priority, then the larger saving, then the older id. `rows` are the lines that its claim
    depends on. `only_falls`: fewer free units never make it save more.
    """

    offer: Offer
    roles: Roles
    entry: Claim
    rank: tuple[int, int, int]
    rows: set[int]
    only_falls: bool


_saving_of = attrgetter("entry.saving")
_bid_of = attrgetter("claim.saving")


class Bid(Struct, gc=False):
    """What a contender claims of what is left; once it is stale, it may save less, but not more."""

    contender: Contender
    claim: Claim
    is_stale: bool = False


Applied = list[tuple[Contender, Claim]]
Ask = Callable[[Contender, Board], Claim]


def choose(mode: LaneMode, contenders: Sequence[Contender], board: Board, ask: Ask) -> tuple[Applied, Board]:
    """Return the offers that apply, in order, each with its claim, and the board behind them.

    `contenders` come by rank, at least one, and all save something.
    """
    if mode != "best":
        return _in_turn(contenders, board, ask)
    applied: Applied = []
    for group in _groups(contenders):
        # The groups share no line, so what a claim asked for still stands behind another group.
        if len(group) == 1 or _each_takes_all(group, board):
            best = max(group, key=_saving_of)
            chosen = [(best, best.entry)]
        elif len(group) <= EXACT_UP_TO:
            chosen = _search(group, board, ask, set())[1]
        else:
            chosen, board = _greedy(group, board, ask)
            applied += chosen
            continue
        for contender, claim in chosen:
            board = board.after(claim.takes, contender.offer.id)
        applied += chosen
    return applied, board


def _in_turn(contenders: Sequence[Contender], board: Board, ask: Ask) -> tuple[Applied, Board]:
    """Let each offer take what those before it left, or see the price that they left."""
    applied: Applied = []
    changed: set[int] = set()
    for contender in contenders:
        claim = _claim(contender, board, ask, changed)
        if claim.saving:
            applied.append((contender, claim))
            board = board.after(claim.takes, contender.offer.id)
            changed |= claim.lines
    return applied, board


def _claim(contender: Contender, board: Board, ask: Ask, changed: set[int]) -> Claim:
    """Ask for the claim again if a line that it depends on has changed since the lane began."""
    if contender.rows.isdisjoint(changed):
        return contender.entry
    if contender.entry.gift is None and len(board.spent(contender.rows)) == len(contender.rows):
        return NOTHING_LEFT
    return ask(contender, board)


def _groups(contenders: Sequence[Contender]) -> Iterable[Sequence[Contender]]:
    """Split the offers into groups that share no line, and so cannot be in each other's way; by rank.

    A disjoint-set forest: `above` leads from a line to another of its group, the head to itself.
    """
    widest = max([one.rows for one in contenders], key=len)
    if all(one.rows and one.rows <= widest for one in contenders):
        return [contenders]
    above: dict[int, int] = {}
    for contender in contenders:
        if len(contender.rows) > 1:
            first, *others = contender.rows
            head = _head(above, first)
            for row in others:
                above[_head(above, row)] = head
    groups: dict[int, list[Contender]] = {}
    for number, contender in enumerate(contenders):
        # One that depends on no line stands alone; its number is no line's.
        row = next(iter(contender.rows), -1 - number)
        groups.setdefault(_head(above, row), []).append(contender)
    return groups.values()


def _head(above: dict[int, int], row: int) -> int:
    """Return the head of the line's group, and shorten the way there."""
    step = above.get(row, row)
    while step != row:
        above[row] = row = above.get(step, step)
        step = above.get(row, row)
    return row


def _each_takes_all(group: Sequence[Contender], board: Board) -> bool:
    """Tell whether any of the offers alone leaves nothing for the others: then the best is the best one.

    So it mostly is where offers meet on one line.
    """
    rows = group[0].rows
    units = sum([board.lines[row].quantity for row in rows])
    for one in group:
        if one.rows != rows or one.entry.gift is not None:
            return False
        if sum([take.quantity for take in one.entry.takes]) != units:
            return False
    return True


def _search(group: Sequence[Contender], board: Board, ask: Ask, changed: set[int]) -> tuple[int, Applied]:
    """Return the largest saving of all orders of the group, and that order; ties go to the better rank."""
    best: tuple[int, Applied] = (0, [])
    for contender in group:
        claim = _claim(contender, board, ask, changed)
        saving = claim.saving
        if not saving:
            continue
        chosen: Applied = [(contender, claim)]
        others = [other for other in group if other is not contender]
        if others:
            behind = board.after(claim.takes, contender.offer.id)
            more, rest = _search(others, behind, ask, changed | claim.lines)
            saving, chosen = saving + more, chosen + rest
        if saving > best[0]:
            best = saving, chosen
    return best


def _greedy(group: Sequence[Contender], board: Board, ask: Ask) -> tuple[Applied, Board]:
    """Return the offers by what each saves on the units that those before it left, and the board then."""
    applied: Applied = []
    bids = [Bid(one, one.entry) for one in group]
    left = set().union(*[one.rows for one in group])
    while bids:
        best = max(bids, key=_bid_of)
        if best.is_stale:
            # Nobody else saves more than this one did. Does it still?
            best.claim, best.is_stale = ask(best.contender, board), False
            continue
        if not best.claim.saving:
            break
        applied.append((best.contender, best.claim))
        board = board.after(best.claim.takes, best.contender.offer.id)
        changed = best.claim.lines
        left.difference_update(board.spent(changed))
        bids = [bid for bid in bids if bid is not best and _has_chance(bid.contender, left)]
        for bid in bids:
            if not bid.contender.rows.isdisjoint(changed):
                if bid.contender.only_falls:
                    bid.is_stale = True
                else:
                    bid.claim = ask(bid.contender, board)
    return applied, board


def _has_chance(contender: Contender, left: set[int]) -> bool:
    """Tell whether units are left for it, on lines that still have some; a gift needs none."""
    return not contender.rows.isdisjoint(left) or contender.entry.gift is not None
