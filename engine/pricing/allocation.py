"""Splitting an amount over lines and units so that not one minor unit is lost."""

from collections.abc import Sequence


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split a non-negative amount in proportion to the weights by largest remainder.

    Each share is floored; each minor unit left over goes to the next largest fraction, ties to the earlier
    line. The shares add up to `total_minor`; where `total_minor` ≤ sum(weights), no share
    exceeds its weight. Weights are non-negative; if all are 0, the lines count equally. Without lines
    there are no shares: raises ValueError if there is an amount to split.
    """
    if not weights:
        if total_minor:
            raise ValueError("nothing to split the amount over")
        return []
    whole = sum(weights)
    if not whole:
        return allocate(total_minor, [1] * len(weights))
    shares = [total_minor * weight // whole for weight in weights]
    by_fraction = sorted(range(len(weights)), key=lambda line: -(total_minor * weights[line] % whole))
    for line in by_fraction[: total_minor - sum(shares)]:
        shares[line] += 1
    return shares


def allocate_by_unit(total_minor: int, groups: Sequence[tuple[int, int]]) -> list[int]:
    """Split an amount over units by largest remainder, and return the sum of each group of equal units.

    `groups` are pairs of a number of units ≥ 1 and the weight of one of them; the shares are those of
    `allocate` with one weight a unit, ties to the earlier unit. `total_minor` is at most the sum of all
    weights.
    """
    whole = sum([units * weight for units, weight in groups])
    if not whole:
        return [0] * len(groups)
    sums = [units * (total_minor * weight // whole) for units, weight in groups]
    left = total_minor - sum(sums)
    for group in sorted(range(len(groups)), key=lambda group: -(total_minor * groups[group][1] % whole)):
        more = min(left, groups[group][0])
        sums[group] += more
        left -= more
    return sums
