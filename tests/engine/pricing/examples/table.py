"""A table of an example, and the words in its cells."""

from collections.abc import Iterable

from engine.pricing import (
    PricedCart,
)

Table = list[list[str]]

BEANS = {1: 1000}
COFFEE_SET = {1: 398, 2: 248, 3: 198}


def yen(minor: int) -> str:
    return f"¥{minor:,}"


def plus(minors: Iterable[int]) -> str:
    return " + ".join(yen(minor) for minor in minors)


def units_of(priced: PricedCart, line: int = 0) -> str:
    """Read a line's units: `¥1,000 + 2 × ¥900`."""
    return " + ".join(
        (f"{unit.quantity} × " if unit.quantity > 1 else "") + yen(unit.unit_minor)
        for unit in priced.lines[line].units
    )


def missing_of(priced: PricedCart) -> str:
    outcome = priced.outcomes[1]
    lacking = [
        f"{yen(one.amount) if one.kind == 'spend' else one.amount} {one.kind}" for one in outcome.missing
    ]
    return ", ".join([outcome.status, *lacking])


def markdown(table: Table) -> str:
    """Return the table as the documents write it."""
    heading, *rows = table
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
