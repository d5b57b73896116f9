"""Go through the lanes in order, and settle which offers exclude each other."""

from collections.abc import Collection, Mapping, Sequence
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

    Of two offers that exclude each other and would both apply, the one of better rank does: higher priority,
    then larger saving, then older id. If that one turns out not to apply after all, the other may.
    """

    def __init__(
        self,
        lanes: Sequence[PricingLane],
        lines: CanonicalLines,
        excludes: Mapping[int, set[int]],
        asked: Asked,
        *,
        tax_included: bool,
        sold_out_gifts: Collection[int] = (),
    ) -> None:
        self._lanes, self._lines, self._excludes = lanes, lines, excludes
        self._tax_included, self._sold_out_gifts = tax_included, sold_out_gifts
        self._offers: dict[str, list[tuple[PricingOffer, Roles]]] = {lane.name: [] for lane in lanes}
        for offer, roles in asked:
            self._offers[offer.lane].append((offer, roles))

    def run(self, prices: RunningPrices) -> PricingState:
        """Go through the lanes until no exclusion is open; each is reversed at most once, so this ends."""
        excluded: dict[int, int] = {}
        turned: set[tuple[int, int]] = set()
        while True:
            state = self._pass(prices, excluded)
            if state is None:
                continue
            idle = _idle(state, excluded, turned)
            if idle is None:
                state.excluded = excluded
                return state
            winner = excluded.pop(idle)
            turned.add((idle, winner))
            if winner not in excluded:
                excluded[winner] = idle
                turned.add((winner, idle))

    def _pass(self, prices: RunningPrices, excluded: dict[int, int]) -> PricingState | None:
        """Go through the lanes once; None if a later offer excludes one that has applied already."""
        state = PricingState(prices)
        ranks: dict[int, tuple[int, int, int]] = {}
        for place, lane in enumerate(self._lanes):
            if not self._offers[lane.name]:
                continue
            state.prices = state.prices.enter(place, shared=lane.mode == "stack")
            contenders = self._contenders(lane, state, excluded)
            if self._excludes:
                kept = self._exclude(contenders, state, excluded, ranks)
                if kept is None:
                    return None
                contenders = kept
                ranks.update((one.offer.id, one.rank) for one in contenders)
            saving = []
            for one in contenders:
                if one.entry.saving:
                    saving.append(one)
                else:
                    state.applied[one.offer.id] = one.entry
            if not saving:
                continue
            applied, state.prices = choose(lane.mode, saving, state.prices, self._ask)
            state.applied.update([(one.offer.id, claim) for one, claim in applied])
            if len(applied) < len(saving):
                _name_outdone(saving, applied, state)
        return state

    def _contenders(
        self, lane: PricingLane, state: PricingState, excluded: Mapping[int, int]
    ) -> list[Contender]:
        """Ask the lane's offers for their claims; return the offers that could apply, by rank."""
        contenders = []
        for offer, roles in self._offers[lane.name]:
            if offer.id in excluded:
                continue
            claim = self._claim(offer, roles, state.prices)
            if not claim.saving and not claim.holds_at_list:
                state.refused[offer.id] = claim
                continue
            rank = -offer.priority, -claim.saving, offer.id
            rows = offer.terms.rows(roles, self._lines)
            contenders.append(Contender(offer, roles, claim, rank, rows, offer.terms.only_falls))
        contenders.sort(key=_rank_of)
        return contenders

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
            cut_to_floors(claim, offer, prices, tax_included=self._tax_included)
        if claim.gift is not None and offer.id in self._sold_out_gifts:
            claim.withhold_gift()
        claim.add_up()
        return claim


def _idle(state: PricingState, excluded: Mapping[int, int], turned: set[tuple[int, int]]) -> int | None:
    """Return an offer that is excluded by one that did not apply."""
    for loser in sorted(excluded):
        winner = excluded[loser]
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
