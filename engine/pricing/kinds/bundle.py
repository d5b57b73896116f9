"""Bundle: parts together at one price, as often as the cart holds them whole."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from engine.pricing.benefit import LIST_PRICE, Benefit
from engine.pricing.board import Board, Stock, Take, count
from engine.pricing.bundle import BundleLine, price_bundle
from engine.pricing.claim import Claim, Missing
from engine.pricing.index import Roles
from engine.pricing.lines import Lines
from engine.pricing.offer import Offer
from engine.pricing.terms import Bundle, BundleTerms, Selector

Pools = Mapping[int, list[Stock]]


class Sets(Struct):
    """Whole sets of one bundle: the units they take, and what that saves."""

    place: int
    times: int
    takes: list[Take]
    saving: int


def claim(terms: BundleTerms, offer: Offer, roles: Roles, _lines: Lines, board: Board) -> Claim:
    """Claim whole sets of free units: of the bundle that saves most, then of the next on what is left.

    The dearest units of a part come first. Ties go to the bundle named first. Where the cart holds no
    whole set, what it lacks of the nearest bundle is missing.
    """
    pools = _pools(roles[0], board)
    places = sorted({place for product in pools for place in terms.holders[product]})
    claimed, left = Claim(times=0), terms.max_times
    while left is None or left > 0:
        whole = [place for place in places if _times(terms.bundles[place], pools)]
        if not whole:
            break
        found = [_sets(terms.bundles[place], place, pools, left, offer, board) for place in whole]
        best = max(found, key=lambda sets: sets.saving)
        claimed.times += best.times
        claimed.takes += best.takes
        if not best.saving:
            claimed.at_list = True
            break
        for product, need in terms.bundles[best.place].parts:
            board.draw(pools[product], best.times * need, LIST_PRICE, offer)
        left = None if left is None else left - best.times
    if not claimed.times:
        claimed.missing = _missing([terms.bundles[place] for place in places or [0]], pools)
    return claimed


def _pools(rows: Sequence[int], board: Board) -> dict[int, list[Stock]]:
    """Return the free units of each product, the dearest first."""
    by_product: dict[int, list[int]] = {}
    for row in rows:
        by_product.setdefault(board.lines[row].product.id, []).append(row)
    return {product: board.pool(ours, dearest=True) for product, ours in by_product.items()}


def _times(bundle: Bundle, pools: Pools) -> int:
    """Return how many whole sets there are."""
    return min(count(pools.get(product, ())) // need for product, need in bundle.parts)


def _sets(bundle: Bundle, place: int, pools: Pools, left: int | None, offer: Offer, board: Board) -> Sets:
    """Return as many sets as there are, at the bundle's price; the pools stay as they are."""
    times = _times(bundle, pools)
    if left is not None:
        times = min(times, left)
    takes: list[Take] = []
    if bundle.benefit.kind != "none":
        each = bundle.benefit if bundle.benefit.kind == "percent" else LIST_PRICE
        for product, need in bundle.parts:
            pool = [Stock(one.price_minor, one.line, one.run, one.quantity) for one in pools[product]]
            takes += board.draw(pool, times * need, each, offer)
        if each is LIST_PRICE:
            _split(takes, bundle.benefit, times, board)
    return Sets(place, times, takes, sum([take.amount_minor for take in takes]))


def _split(takes: list[Take], benefit: Benefit, times: int, board: Board) -> None:
    """Split over the units what an amount or a fixed price takes off each set."""
    takes.sort(key=lambda take: (take.line, take.run))
    parts = [BundleLine(board.price(take), take.quantity) for take in takes]
    price = price_bundle(parts, Benefit(benefit.kind, benefit.value * times))
    for take, part, share in zip(takes, parts, price.line_minor, strict=True):
        take.amount_minor = part.list_minor - share


def _missing(bundles: Sequence[Bundle], pools: Pools) -> tuple[Missing, ...]:
    """Return what the cart lacks of the bundle of which it lacks the fewest units."""
    lacking = [
        [
            Missing("units", need - have, Selector(frozenset([product])))
            for product, need in bundle.parts
            if (have := count(pools.get(product, ()))) < need
        ]
        for bundle in bundles
    ]
    return tuple(min(lacking, key=lambda units: sum(missing.amount for missing in units)))
