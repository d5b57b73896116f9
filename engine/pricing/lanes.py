"""The lanes one after the other, and offers that exclude each other."""

from collections.abc import Mapping, Sequence
from operator import attrgetter

from msgspec import Struct

from engine.pricing.board import Board
from engine.pricing.choice import Applied, Contender, choose
from engine.pricing.claim import Claim, cut_to_floors
from engine.pricing.index import Roles
from engine.pricing.kinds import KINDS
from engine.pricing.lines import Lines
from engine.pricing.offer import Lane, Offer

_rank_of = attrgetter("rank")
Asked = Sequence[tuple[Offer, Roles]]


class Course(Struct, gc=False):
    """How the lanes went: the last board, and by offer id what became of each.

    `applied` are the claims that were carried out, `refused` those that lacked something or saved
    nothing. `outdone` names the offer that took the units, `excluded` the one that excludes it.
    """

    board: Board
    applied: dict[int, Claim] = {}
    refused: dict[int, Claim] = {}
    outdone: dict[int, int] = {}
    excluded: dict[int, int] = {}


class Lanes:
    """The lanes of one pricing: what stays the same while exclusions are settled.

    Of two offers that exclude each other and would both apply, the better rank does: priority, then the
    larger saving, then the older id. If that one turns out not to apply after all, the other may.
    """

    def __init__(
        self,
        lanes: Sequence[Lane],
        lines: Lines,
        excludes: Mapping[int, set[int]],
        asked: Asked,
        *,
        tax_included: bool,
    ) -> None:
        self._lanes, self._lines, self._excludes = lanes, lines, excludes
        self._tax_included = tax_included
        self._offers: dict[str, list[tuple[Offer, Roles]]] = {lane.name: [] for lane in lanes}
        for offer, roles in asked:
            self._offers[offer.lane].append((offer, roles))

    def run(self, board: Board) -> Course:
        """Go through the lanes until no exclusion is left open; each decision is turned at most once."""
        excluded: dict[int, int] = {}
        turned: set[tuple[int, int]] = set()
        while True:
            course = self._pass(board, excluded)
            if course is None:
                continue
            idle = _idle(course, excluded, turned)
            if idle is None:
                course.excluded = excluded
                return course
            winner = excluded.pop(idle)
            turned.add((idle, winner))
            if winner not in excluded:
                excluded[winner] = idle
                turned.add((winner, idle))

    def _pass(self, board: Board, excluded: dict[int, int]) -> Course | None:
        """Go through the lanes once; None if a later offer excludes one that has applied already."""
        course = Course(board)
        ranks: dict[int, tuple[int, int, int]] = {}
        for place, lane in enumerate(self._lanes):
            if not self._offers[lane.name]:
                continue
            course.board = course.board.enter(place, shared=lane.mode == "stack")
            contenders = self._contenders(lane, course, excluded)
            if self._excludes:
                kept = self._exclude(contenders, course, excluded, ranks)
                if kept is None:
                    return None
                contenders = kept
                ranks.update((one.offer.id, one.rank) for one in contenders)
            saving = []
            for one in contenders:
                if one.entry.saving:
                    saving.append(one)
                else:
                    course.applied[one.offer.id] = one.entry
            if not saving:
                continue
            applied, course.board = choose(lane.mode, saving, course.board, self._ask)
            course.applied.update([(one.offer.id, claim) for one, claim in applied])
            if len(applied) < len(saving):
                _name_outdone(saving, applied, course)
        return course

    def _contenders(self, lane: Lane, course: Course, excluded: Mapping[int, int]) -> list[Contender]:
        """Ask the lane's offers for their claims; return those that could apply, by rank."""
        contenders = []
        for offer, roles in self._offers[lane.name]:
            if offer.id in excluded:
                continue
            claim = self._claim(offer, roles, course.board)
            if not claim.saving and not claim.holds_at_list:
                course.refused[offer.id] = claim
                continue
            kind = KINDS[type(offer.terms)]
            rank = -offer.priority, -claim.saving, offer.id
            rows = kind.rows_of(offer.terms, roles, self._lines)
            contenders.append(Contender(offer, roles, claim, rank, rows, kind.only_falls))
        contenders.sort(key=_rank_of)
        return contenders

    def _exclude(
        self,
        contenders: Sequence[Contender],
        course: Course,
        excluded: dict[int, int],
        ranks: Mapping[int, tuple[int, int, int]],
    ) -> list[Contender] | None:
        """Drop those that a better rank excludes; None if that falls on an offer of an earlier lane."""
        kept: dict[int, Contender] = {}
        for one in contenders:
            rivals = self._excludes.get(one.offer.id, set())
            before = [other for other in kept if other in rivals]
            before += sorted(other for other in course.applied if other in rivals and ranks[other] < one.rank)
            if before:
                excluded[one.offer.id] = before[0]
                continue
            behind = [other for other in course.applied if other in rivals]
            if behind:
                excluded.update(dict.fromkeys(behind, one.offer.id))
                return None
            kept[one.offer.id] = one
        return list(kept.values())

    def _ask(self, contender: Contender, board: Board) -> Claim:
        return self._claim(contender.offer, contender.roles, board)

    def _claim(self, offer: Offer, roles: Roles, board: Board) -> Claim:
        claim = KINDS[type(offer.terms)].claim(offer.terms, offer, roles, self._lines, board)
        if claim.missing or claim.reason:
            return claim
        if offer.max_discount_minor is not None or offer.margin_basis_points is not None:
            cut_to_floors(claim, offer, board, tax_included=self._tax_included)
        claim.add_up()
        return claim


def _idle(course: Course, excluded: Mapping[int, int], turned: set[tuple[int, int]]) -> int | None:
    """Return an offer that stands back for one that did not apply."""
    for loser in sorted(excluded):
        winner = excluded[loser]
        if winner not in course.applied and (loser, winner) not in turned:
            return loser
    return None


def _name_outdone(contenders: Sequence[Contender], applied: Applied, course: Course) -> None:
    """Name, for each offer that came away empty, the first one that took from its lines.

    There is one: a claim fails only once a line that it depends on has changed.
    """
    first: dict[int, int] = {}
    if len(applied) > 1:
        for place, (_, claim) in enumerate(applied):
            for take in claim.takes:
                first.setdefault(take.line, place)
    for one in contenders:
        if one.offer.id not in course.applied:
            rival = _first_rival(one, first) if first else 0
            course.outdone[one.offer.id] = applied[rival][0].offer.id


def _first_rival(beaten: Contender, first: Mapping[int, int]) -> int:
    """Return the place of the first offer that took from its lines; `first` is that place by line."""
    taken = [first[take.line] for take in beaten.entry.takes if take.line in first]
    return min(taken or [first[row] for row in beaten.rows if row in first])
