"""Bundle: parts together at one price, as often as the cart holds them whole."""

from offers.pricing.benefit import Benefit
from offers.pricing.board import Board, Take, count, draw
from offers.pricing.bundle import BundleLine, price_bundle
from offers.pricing.claim import Claim, Missing
from offers.pricing.index import Roles
from offers.pricing.offer import Offer
from offers.pricing.terms import BundleTerms, Selector


def claim_bundle(terms: BundleTerms, offer: Offer, roles: Roles, board: Board) -> Claim:
    """Claim the bundle's price on whole sets of free units, the dearest units of a part first."""
    pools = [board.pool(rows, dearest=True) if rows else [] for rows in roles]
    held = [count(pool) for pool in pools]
    missing = [
        Missing("units", need - have, Selector(frozenset([product])))
        for have, (product, need) in zip(held, terms.parts, strict=True)
        if have < need
    ]
    if missing:
        return Claim(missing=tuple(missing))
    times = min(have // need for have, (_, need) in zip(held, terms.parts, strict=True))
    if terms.max_times is not None:
        times = min(times, terms.max_times)
    takes: list[Take] = []
    for pool, (_, need) in zip(pools, terms.parts, strict=True):
        takes += draw(pool, times * need)
    if terms.benefit.kind == "none":
        return Claim(at_list=True, times=times)
    if terms.benefit.kind == "percent":
        return Claim(takes=board.priced(takes, terms.benefit, offer), times=times)
    takes.sort(key=lambda take: (take.line, take.run))
    parts = [BundleLine(board.price(take), take.quantity) for take in takes]
    price = price_bundle(parts, Benefit(terms.benefit.kind, terms.benefit.value * times))
    for take, part, share in zip(takes, parts, price.line_minor, strict=True):
        take.amount_minor = part.list_minor - share
    return Claim(takes=takes, times=times)
