"""Go through the lanes in order, and settle which offers exclude each other."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct

from engine.pricing.choice import Applied, Contender, choose
from engine.pricing.claim import Claim
from engine.pricing.floors import cut_to_floors
from engine.pricing.lines import CanonicalLines, Roles
from engine.pricing.offer import PricingOffer
from engine.pricing.rules import PricingLane
from engine.pricing.running_prices import RunningPrices

_rank_of = attrgetter("rank")
_NONE: frozenset[int] = frozenset()
Asked = Sequence[tuple[PricingOffer, Roles]]


class PricingState(Struct, gc=False):
    """The running prices and what became of the offers so far, by offer id.

    `applied` are the claims that were carried out, `refused` those that lacked something or saved
    nothing. `outdone` names the offer that took the units, `excluded` the one that excludes it.
    """

    prices: RunningPrices
    applied: dict[int, Claim] = {}
    refused: dict[int, Claim] = {}
    outdone: dict[int, int] = {}
    excluded: dict[int, int] = {}


class Lanes:
    """The lanes of one pricing.

    Of two offers that exclude each other, the one of better rank applies if it does with the other left out,
    whatever their lanes: higher priority, then larger saving, then older id. If it does not apply even so,
    the other may. `surpassed` says for how many others, which the caller left out, an offer stands besides
    itself, by id.
    """

    def __init__(
        self,
        lanes: Sequence[PricingLane],
        lines: CanonicalLines,
        excludes: Mapping[int, set[int]],
        asked: Asked,
        *,
        sold_out_gifts: Collection[int] = (),
        surpassed: Mapping[int, int] | None = None,
    ) -> None:
        self._lanes, self._lines, self._excludes, self._asked = lanes, lines, excludes, asked
        self._sold_out_gifts = sold_out_gifts
        self._surpassed = surpassed or {}
        self._offers: dict[str, list[tuple[PricingOffer, Roles]]] = {lane.name: [] for lane in lanes}
        for offer, roles in asked:
            self._offers[offer.lane].append((offer, roles))

    def run(self, prices: RunningPrices) -> PricingState:
        """Go through the lanes until no exclusion is open; each is reversed at most once, so this ends."""
        turned: set[tuple[int, int]] = set()
        after: PricingState | None = self._pass(prices, {})
        while after is not None:
            state = self._settle(prices, after, turned)
            after = self._challenge(prices, state, turned) if self._excludes else None
        return state

    def _settle(
        self, prices: RunningPrices, state: PricingState, turned: set[tuple[int, int]]
    ) -> PricingState:
        """Go through the lanes until each excluded offer is so by one that applies."""
        while (idle := _idle(state, turned)) is not None:
            excluded = state.excluded
            winner = excluded.pop(idle)
            turned.add((idle, winner))
            if winner not in excluded:
                excluded[winner] = idle
                turned.add((winner, idle))
            state = self._pass(prices, excluded)
        return state

    def _challenge(
        self, prices: RunningPrices, state: PricingState, turned: set[tuple[int, int]]
    ) -> PricingState | None:
        """Return the state in which an offer applies that only rivals of worse rank kept from it."""
        for offer, rivals in self._challengers(prices, state, turned):
            excluded = {loser: by for loser, by in state.excluded.items() if loser != offer.id}
            after = self._pass(prices, excluded | dict.fromkeys(rivals, offer.id))
            claim = after.applied.get(offer.id)
            if claim is not None and all(
                _outranks(offer, claim, rival, state.applied[rival.id]) for rival in rivals.values()
            ):
                turned.update((offer.id, rival) for rival in rivals)
                return after
        return None

    def _challengers(
        self, prices: RunningPrices, state: PricingState, turned: set[tuple[int, int]]
    ) -> Iterator[tuple[PricingOffer, dict[int, PricingOffer]]]:
        """Yield the offers that might apply without their rivals that do, with those, by priority and id."""
        at_list = prices.enter(0, shared=False)
        applied = {offer.id: offer for offer, _ in self._asked if offer.id in state.applied}
        places = {lane.name: place for place, lane in enumerate(self._lanes)}
        others = [one for one in self._asked if one[0].id in self._excludes and one[0].id not in applied]
        for offer, roles in sorted(others, key=lambda one: (-one[0].priority, one[0].id)):
            rivals = {id_: applied[id_] for id_ in self._excludes[offer.id] if id_ in applied}
            # What applies in the same lane or a later one keeps nothing from the offer.
            if all(places[rival.lane] >= places[offer.lane] for rival in rivals.values()):
                continue
            if any(
                (rival.id, offer.id) in turned or rival.priority > offer.priority for rival in rivals.values()
            ):
                continue
            claim = self._claim(offer, roles, at_list)
            if claim.saving or claim.holds_at_list:
                yield offer, rivals

    def _pass(self, prices: RunningPrices, excluded: dict[int, int]) -> PricingState:
        """Go through the lanes until no offer excludes one that has applied in an earlier lane."""
        state = None
        while state is None:
            state = self._pass_once(prices, excluded)
        return state

    def _pass_once(self, prices: RunningPrices, excluded: dict[int, int]) -> PricingState | None:
        """Go through the lanes once; None if a later offer excludes one that has applied already."""
        state = PricingState(prices, excluded=excluded)
        ranks: dict[int, tuple[int, int, int]] = {}
        for place, lane in enumerate(self._lanes):
            if not self._offers[lane.name]:
                continue
            state.prices = state.prices.enter(place, shared=lane.mode == "stack")
            contenders, idle = self._contenders(lane, state, excluded)
            if self._excludes:
                kept = self._exclude(contenders, state, excluded, ranks)
                if kept is None:
                    return None
                contenders = kept
                ranks.update((one.offer.id, one.rank) for one in [*contenders, *idle])
                idle = self._without_rivals(idle, [*state.applied, *(one.offer.id for one in kept)])
            saving = []
            for one in contenders:
                if one.entry.saving:
                    saving.append(one)
                else:
                    state.applied[one.offer.id] = one.entry
            if not saving:
                continue
            asked = sorted([*saving, *idle], key=_rank_of) if idle else saving
            applied, state.prices = choose(lane.mode, asked, state.prices, self._ask)
            for one, claim in applied:
                state.applied[one.offer.id] = claim
                state.refused.pop(one.offer.id, None)
            if len(applied) < len(asked):
                _name_outdone(saving, applied, state)
        return state

    def _contenders(
        self, lane: PricingLane, state: PricingState, excluded: Mapping[int, int]
    ) -> tuple[list[Contender], list[Contender]]:
        """Ask the lane's offers for their claims; return those that could apply, by rank, and the idle ones.

        An idle offer lacks nothing, but saves nothing yet.
        """
        contenders: list[Contender] = []
        idle: list[Contender] = []
        for offer, roles in self._offers[lane.name]:
            if offer.id in excluded:
                continue
            claim = self._claim(offer, roles, state.prices)
            is_idle = not claim.saving and not claim.holds_at_list
            if is_idle:
                state.refused[offer.id] = claim
                if claim.missing or claim.reason:
                    continue
            # Where units have no room above the margin, what they leave of an amount goes to others.
            only_falls = offer.terms.only_falls and offer.margin_basis_points is None
            if is_idle and (only_falls or offer.terms.stays_idle):
                continue
            rank = -offer.priority, -claim.saving, offer.id
            rows = offer.terms.rows(roles, self._lines)
            besides = self._surpassed.get(offer.id, 0)
            one = Contender(offer, roles, claim, rank, rows, only_falls, besides)
            (idle if is_idle else contenders).append(one)
        contenders.sort(key=_rank_of)
        return contenders, idle

    def _without_rivals(self, idle: Sequence[Contender], others: Iterable[int]) -> list[Contender]:
        """Return the idle offers, by rank, that exclude neither one of the others nor one before them."""
        kept: dict[int, Contender] = {}
        taken = set(others)
        for one in sorted(idle, key=_rank_of):
            if self._excludes.get(one.offer.id, _NONE).isdisjoint(taken):
                kept[one.offer.id] = one
                taken.add(one.offer.id)
        return list(kept.values())

    def _exclude(
        self,
        contenders: Sequence[Contender],
        state: PricingState,
        excluded: dict[int, int],
        ranks: Mapping[int, tuple[int, int, int]],
    ) -> list[Contender] | None:
        """Drop the offers that a better rank excludes; None if one of them applied in an earlier lane."""
        kept: dict[int, Contender] = {}
        for one in contenders:
            rivals = self._excludes.get(one.offer.id, set())
            better = [other for other in kept if other in rivals]
            better += sorted(other for other in state.applied if other in rivals and ranks[other] < one.rank)
            if better:
                excluded[one.offer.id] = better[0]
                continue
            worse = [other for other in state.applied if other in rivals]
            if worse:
                excluded.update(dict.fromkeys(worse, one.offer.id))
                return None
            kept[one.offer.id] = one
        return list(kept.values())

    def _ask(self, contender: Contender, prices: RunningPrices) -> Claim:
        return self._claim(contender.offer, contender.roles, prices)

    def _claim(self, offer: PricingOffer, roles: Roles, prices: RunningPrices) -> Claim:
        claim = offer.terms.claim(offer, roles, self._lines, prices)
        if claim.missing or claim.reason:
            return claim
        if offer.max_discount_minor is not None or offer.margin_basis_points is not None:
            cut_to_floors(claim, offer, prices)
        if claim.gift is not None and offer.id in self._sold_out_gifts:
            claim.withhold_gift()
        if claim.add_up():
            offer.terms.release(claim, prices)
        return claim


def _outranks(offer: PricingOffer, claim: Claim, rival: PricingOffer, other: Claim) -> bool:
    """Tell whether the offer is of better rank than its rival, each claiming with the other left out."""
    return (-offer.priority, -claim.saving, offer.id) < (-rival.priority, -other.saving, rival.id)


def _idle(state: PricingState, turned: set[tuple[int, int]]) -> int | None:
    """Return an offer that is excluded by one that did not apply."""
    for loser in sorted(state.excluded):
        winner = state.excluded[loser]
        if winner not in state.applied and (loser, winner) not in turned:
            return loser
    return None


def _name_outdone(contenders: Sequence[Contender], applied: Applied, state: PricingState) -> None:
    """Name, for each offer that got nothing, the first one that took units of its lines.

    There always is one: a claim fails only once a line that it depends on has changed.
    """
    first: dict[int, int] = {}
    if len(applied) > 1:
        for place, (_, claim) in enumerate(applied):
            for take in claim.takes:
                first.setdefault(take.line, place)
    for one in contenders:
        if one.offer.id not in state.applied:
            rival = _first_rival(one, first) if first else 0
            state.outdone[one.offer.id] = applied[rival][0].offer.id


def _first_rival(beaten: Contender, first: Mapping[int, int]) -> int:
    """Return the place of the first offer that took units of its lines; `first` is that place by line."""
    taken = [first[take.line] for take in beaten.entry.takes if take.line in first]
    return min(taken or [first[row] for row in beaten.rows if row in first])
