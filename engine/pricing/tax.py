"""The tax of each line, rounded per line, or once per rate for the whole document."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from engine.pricing.allocation import allocate
from engine.pricing.benefit import BASIS_POINTS
from engine.pricing.rules import RoundingMode, Rules


class TaxRule(NamedTuple):
    """Whether prices include tax, and how tax is rounded."""

    tax_included: bool = True
    mode: RoundingMode = "half_up"


GROSS: Final = TaxRule()


def tax_of(amount_minor: int, basis_points: int, *, tax_included: bool, mode: RoundingMode) -> int:
    """Return the tax in (or on top of) an amount ≥ 0, rounded once to a whole minor unit."""
    whole = BASIS_POINTS + basis_points if tax_included else BASIS_POINTS
    exact = amount_minor * basis_points  # in 1/`whole` of a minor unit
    match mode:
        case "half_up":
            return (2 * exact + whole) // (2 * whole)
        case "down":
            return exact // whole
        case "up":
            return -(-exact // whole)


def price_in_mode(
    price_minor: int, basis_points: int, *, tax_included: bool, wanted: bool, mode: RoundingMode
) -> int:
    """Return the price of one unit with tax (`wanted`) or without it; `tax_included` tells what it is now.

    The tax of one unit is rounded once. A price that is already as wanted stays as it is.
    """
    if tax_included == wanted:
        return price_minor
    tax = tax_of(price_minor, basis_points, tax_included=tax_included, mode=mode)
    return price_minor + tax if wanted else price_minor - tax


def line_taxes(
    amounts: Sequence[int], basis_points: Sequence[int], *, tax_included: bool, rules: Rules
) -> list[int]:
    """Return each line's tax; `amounts` and `basis_points` have one entry per line.

    By document, the tax of each rate is rounded once, on the sum of its lines, and split over them by
    largest remainder.
    """
    if rules.rounding == "line":
        return [
            tax_of(amount, rate, tax_included=tax_included, mode=rules.rounding_mode)
            for amount, rate in zip(amounts, basis_points, strict=True)
        ]
    taxes = [0] * len(amounts)
    for rate in set(basis_points):
        lines = [line for line, other in enumerate(basis_points) if other == rate]
        ours = [amounts[line] for line in lines]
        tax = tax_of(sum(ours), rate, tax_included=tax_included, mode=rules.rounding_mode)
        for line, share in zip(lines, allocate(tax, ours), strict=True):
            taxes[line] = share
    return taxes
