"""From the last running prices to the answer: lines, units, taxes and what became of each offer."""

from collections.abc import Iterable, Mapping, Sequence

from engine.pricing.answer import PricedLine, PricingOutcome, UnitPrice
from engine.pricing.cart import Cart
from engine.pricing.claim import Claim
from engine.pricing.lanes import PricingState
from engine.pricing.lines import CanonicalLines, Line
from engine.pricing.rules import Rules
from engine.pricing.running_prices import Run
from engine.pricing.tax import line_taxes


def priced_lines(
    lines: CanonicalLines, state: PricingState, cart: Cart, rules: Rules
) -> tuple[PricedLine, ...]:
    """Return the cart's lines with their units and taxes, then the gifts by offer."""
    gifts = [(offer, claim.gift) for offer, claim in sorted(state.applied.items()) if claim.gift is not None]
    rows = lines.rows + [Line(gift.product, gift.quantity) for _, gift in gifts]
    runs = state.prices.runs + [
        (Run(gift.quantity, 0, taken=((offer, gift.product.list_minor),)),) for offer, gift in gifts
    ]
    totals = [sum([run.quantity * run.price_minor for run in ours]) for ours in runs]
    taxes = line_taxes(
        totals,
        [line.product.tax_basis_points for line in rows],
        tax_included=cart.tax_included,
        rules=rules,
    )
    given = [None] * len(lines.rows) + [offer for offer, _ in gifts]
    return tuple(
        _line(lines, row, line, runs[row], (totals[row], taxes[row]), given[row], cart)
        for row, line in enumerate(rows)
    )


def _line(
    lines: CanonicalLines,
    row: int,
    line: Line,
    runs: Sequence[Run],
    amounts: tuple[int, int],
    gift_of: int | None,
    cart: Cart,
) -> PricedLine:
    total, tax = amounts
    unit = line.product.list_minor
    listed = unit * line.quantity
    net = total - tax if cart.tax_included else total
    options = tuple(
        (lines.rows[option].product.id, lines.rows[option].quantity // line.quantity)
        for option in lines.options.get(row, ())
    )
    return PricedLine(
        product=line.product.id,
        quantity=line.quantity,
        interval_days=line.interval_days,
        cycle=line.cycle,
        options=options,
        parent=line.parent,
        gift_of=gift_of,
        list_unit_minor=unit,
        list_minor=listed,
        discount_minor=listed - total,
        total_minor=total,
        units=_units(unit, runs),
        taken=_taken(runs),
        net_minor=net,
        tax_minor=tax,
        gross_minor=net + tax,
    )


def _units(list_minor: int, runs: Sequence[Run]) -> tuple[UnitPrice, ...]:
    """Return the units by descending price, equal ones together."""
    if len(runs) == 1:
        price = runs[0].price_minor
        return (UnitPrice(runs[0].quantity, price, list_minor - price),)
    counts: dict[int, int] = {}
    for run in runs:
        counts[run.price_minor] = counts.get(run.price_minor, 0) + run.quantity
    return tuple(
        UnitPrice(counts[price], price, list_minor - price) for price in sorted(counts, reverse=True)
    )


def _taken(runs: Iterable[Run]) -> dict[int, int]:
    """Return what each offer took off the runs of a line, by offer id."""
    taken: dict[int, int] = {}
    for run in runs:
        for offer, amount in run.taken:
            taken[offer] = taken.get(offer, 0) + amount * run.quantity
    return taken


def outcomes_of(
    lines: CanonicalLines, priced: Sequence[PricedLine], state: PricingState
) -> dict[int, PricingOutcome]:
    """Return what became of each offer that was asked for a claim, by id."""
    shares: dict[int, list[tuple[int, int]]] = {offer: [] for offer in state.applied}
    for place, line in enumerate(priced):
        for offer, amount in line.taken.items():
            shares[offer].append((place, amount))
    outcomes = {
        offer: _applied(offer, claim, shares[offer], lines.accepted.get(offer))
        for offer, claim in state.applied.items()
    }
    for offer, claim in state.refused.items():
        outcomes[offer] = _refused(offer, claim)
    for beaten in (state.outdone, state.excluded):
        for offer, by in beaten.items():
            outcomes[offer] = PricingOutcome(offer, "superseded", by=by)
    return outcomes


def _applied(
    offer: int, claim: Claim, lines: Sequence[tuple[int, int]], accepted: Mapping[int, int] | None
) -> PricingOutcome:
    return PricingOutcome(
        offer,
        "applied",
        discount_minor=sum([amount for _, amount in lines]),
        lines=tuple(lines),
        cuts=claim.cuts,
        times=claim.times,
        free_shipping=claim.free_shipping,
        accepted=tuple(sorted(accepted.items())) if accepted else (),
    )


def _refused(offer: int, claim: Claim) -> PricingOutcome:
    if claim.missing:
        return PricingOutcome(offer, "not_yet", missing=claim.missing)
    if "gift_sold_out" in claim.cuts:
        return PricingOutcome(offer, "limit_reached", cuts=claim.cuts)
    reason = claim.reason or (claim.cuts[0] if claim.cuts else "no_saving")
    return PricingOutcome(offer, "not_eligible", reason=reason, cuts=claim.cuts)
