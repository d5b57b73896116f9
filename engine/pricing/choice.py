"""Which offers of one lane apply, and in what order they take their units."""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from msgspec import Struct

from engine.pricing.claim import Claim
from engine.pricing.lines import Roles
from engine.pricing.offer import PricingOffer
from engine.pricing.rules import LaneMode
from engine.pricing.running_prices import RunningPrices

# Up to this many offers on the same lines, every order is tried (at most 64 claims); with more, the one that
# saves most goes first, then the next. Both save at least as much as any single offer.
EXACT_UP_TO = 4
NOTHING_LEFT = Claim(reason="no_saving")


class Contender(Struct, gc=False):
    """An offer that could apply: `entry` is its claim at the prices with which the lane began.

    `rank` sorts by priority, then the larger saving, then the older id. `rows` are the lines that its claim
    depends on. `only_falls`: fewer free units never make it save more. One that saves nothing when the lane
    begins may save something once others have taken their units, unless it only falls. It stands for
    `besides` others that the caller left out, because it surpasses them on all units.
    """

    offer: PricingOffer
    roles: Roles
    entry: Claim
    rank: tuple[int, int, int]
    rows: set[int]
    only_falls: bool
    besides: int = 0


_saving_of = attrgetter("entry.saving")
_bid_of = attrgetter("claim.saving")


class Bid(Struct, gc=False):
    """What a contender claims of the units that are left. Once stale, it may save less, but not more."""

    contender: Contender
    claim: Claim
    is_stale: bool = False


Applied = list[tuple[Contender, Claim]]
Ask = Callable[[Contender, RunningPrices], Claim]


def choose(
    mode: LaneMode, contenders: Sequence[Contender], prices: RunningPrices, ask: Ask
) -> tuple[Applied, RunningPrices]:
    """Return the offers that apply, in order, each with its claim, and the prices after them.

    `contenders` is sorted by rank and holds at least one. Those that apply save something.
    """
    if mode != "best":
        return _in_turn(contenders, prices, ask)
    applied: Applied = []
    for group in _groups(contenders):
        # The groups share no line, so the claims of one still hold after another.
        if len(group) == 1 or _each_takes_all(group, prices):
            best = max(group, key=_saving_of)
            chosen = [(best, best.entry)] if best.entry.saving else []
        elif len(group) + sum([one.besides for one in group]) <= EXACT_UP_TO:
            chosen = _search(group, prices, ask, set())[1]
        else:
            chosen, prices = _greedy(group, prices, ask)
            applied += chosen
            continue
        for contender, claim in chosen:
            prices = prices.after(claim.takes, contender.offer.id)
        applied += chosen
    return applied, prices


def _in_turn(
    contenders: Sequence[Contender], prices: RunningPrices, ask: Ask
) -> tuple[Applied, RunningPrices]:
    """Let the offers claim one after the other, each at the prices that the earlier ones left.

    After each that applies, those that saved nothing when the lane began are asked again first.
    """
    applied: Applied = []
    changed: set[int] = set()
    idle: list[Contender] = []
    left = list(reversed(contenders))
    while left:
        contender = left.pop()
        claim = _claim(contender, prices, ask, changed)
        if claim.saving:
            applied.append((contender, claim))
            prices = prices.after(claim.takes, contender.offer.id)
            changed |= claim.lines
            left += reversed(idle)
            idle = []
        elif not contender.entry.saving:
            idle.append(contender)
    return applied, prices


def _claim(contender: Contender, prices: RunningPrices, ask: Ask, changed: set[int]) -> Claim:
    """Return the claim, asked for again if a line that it depends on has changed since the lane began."""
    if contender.rows.isdisjoint(changed):
        return contender.entry
    if contender.entry.gift is None and len(prices.spent(contender.rows)) == len(contender.rows):
        return NOTHING_LEFT
    return ask(contender, prices)


def _groups(contenders: Sequence[Contender]) -> Iterable[Sequence[Contender]]:
    """Split the offers, by rank, into groups that share no line and so cannot affect each other.

    This is a disjoint-set forest: `above` leads from a line to another of its group, from the head to itself.
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
        # An offer that depends on no line is a group of its own, under a number that no line has.
        row = next(iter(contender.rows), -1 - number)
        groups.setdefault(_head(above, row), []).append(contender)
    return groups.values()


def _head(above: dict[int, int], row: int) -> int:
    """Return the head of the line's group, and shorten the path to it."""
    step = above.get(row, row)
    while step != row:
        above[row] = row = above.get(step, step)
        step = above.get(row, row)
    return row


def _each_takes_all(group: Sequence[Contender], prices: RunningPrices) -> bool:
    """Tell whether each of the offers takes all units: then the one that saves most is the best choice.

    This is the most common case of several offers on one line.
    """
    rows = group[0].rows
    units = sum([prices.lines[row].quantity for row in rows])
    for one in group:
        if one.rows != rows or one.entry.gift is not None:
            return False
        if sum([take.quantity for take in one.entry.takes]) != units:
            return False
    return True


def _search(
    group: Sequence[Contender], prices: RunningPrices, ask: Ask, changed: set[int]
) -> tuple[int, Applied]:
    """Return the largest saving of all orders of the group, and its order; ties go to the better rank."""
    best: tuple[int, Applied] = (0, [])
    for contender in group:
        claim = _claim(contender, prices, ask, changed)
        saving = claim.saving
        if not saving:
            continue
        chosen: Applied = [(contender, claim)]
        others = [other for other in group if other is not contender]
        if others:
            after = prices.after(claim.takes, contender.offer.id)
            more, rest = _search(others, after, ask, changed | claim.lines)
            saving, chosen = saving + more, chosen + rest
        if saving > best[0]:
            best = saving, chosen
    return best


def _greedy(group: Sequence[Contender], prices: RunningPrices, ask: Ask) -> tuple[Applied, RunningPrices]:
    """Apply the offer that saves most on the units left, again and again; return them and the prices."""
    applied: Applied = []
    bids = [Bid(one, one.entry) for one in group]
    left = set().union(*[one.rows for one in group])
    while bids:
        best = max(bids, key=_bid_of)
        if best.is_stale:
            # No other offer saves more than this one did. Ask whether it still does.
            best.claim, best.is_stale = ask(best.contender, prices), False
            continue
        if not best.claim.saving:
            break
        applied.append((best.contender, best.claim))
        prices = prices.after(best.claim.takes, best.contender.offer.id)
        changed = best.claim.lines
        left.difference_update(prices.spent(changed))
        # Those left depend on a line on which something is left to save; a gift needs none.
        bids = [
            bid
            for bid in bids
            if bid is not best
            and (not bid.contender.rows.isdisjoint(left) or bid.contender.entry.gift is not None)
        ]
        for bid in bids:
            if not bid.contender.rows.isdisjoint(changed):
                if bid.contender.only_falls:
                    bid.is_stale = True
                else:
                    bid.claim = ask(bid.contender, prices)
    return applied, prices
