"""How a list price becomes an offer price."""

from dataclasses import dataclass
from typing import Literal

BenefitKind = Literal["none", "percent", "amount", "fixed"]
# What a percentage is taken of: what earlier offers left of the price, or the list price.
PriceBase = Literal["running", "list"]

BASIS_POINTS = 10_000
HALF = BASIS_POINTS // 2


@dataclass(frozen=True, slots=True)
class Benefit:
    """What the shopper saves: a kind and the one number that kind needs.

    `value` is basis points for a percentage (1000 is 10%, range 0-10000), minor units for an amount
    off or a fixed price, and unused at list price.
    """

    kind: BenefitKind = "none"
    value: int = 0


LIST_PRICE = Benefit()


def percent_of(amount_minor: int, basis_points: int) -> int:
    """Return the share of a non-negative amount, rounded half up to a whole minor unit.

    Apply it once to a unit price: a share of a share would be rounded twice.
    """
    return (amount_minor * basis_points + HALF) // BASIS_POINTS


def price_with(benefit: Benefit, list_minor: int) -> int:
    """Return the price under the benefit: 0 ≤ price ≤ `list_minor`, both in minor units.

    For a percentage the saving is rounded, not the price: 15% off 1,990 saves 299 (298.5).
    """
    if benefit.kind == "none":
        return list_minor
    if benefit.kind == "percent":
        price = list_minor - percent_of(list_minor, benefit.value)
    elif benefit.kind == "amount":
        price = list_minor - benefit.value
    else:
        price = benefit.value
    return min(max(price, 0), list_minor)


def discount_of(benefit: Benefit, *, list_minor: int, running_minor: int, of_list: bool = False) -> int:
    """Return what the benefit takes off one unit: 0 ≤ discount ≤ `running_minor` ≤ `list_minor`.

    `running_minor` is what earlier offers left of the list price. A percentage is taken of it, or of
    the list price where `of_list` says so; an amount and a fixed price always start from it.
    """
    if benefit.kind == "percent" and of_list:
        return min(percent_of(list_minor, benefit.value), running_minor)
    return running_minor - price_with(benefit, running_minor)
