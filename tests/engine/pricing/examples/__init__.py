"""The worked examples of docs/pricing.md: each a table whose every figure the core computes.

A table is its heading and its rows; carts and offers are built here, so that a figure that a rule
takes in and one that it gives out are next to each other.
"""

from collections.abc import Callable

from tests.engine.pricing.examples import amounts, combining, kinds
from tests.engine.pricing.examples.table import Table

EXAMPLES: dict[str, Callable[[], Table]] = {
    example.__name__: example
    for example in (
        kinds.upgrade,
        kinds.cross_sell,
        kinds.bundle,
        kinds.quantity,
        kinds.counting,
        kinds.faults,
        kinds.subscription,
        kinds.add_on,
        kinds.threshold,
        kinds.buy_get,
        combining.lanes,
        combining.choice,
        combining.sequence,
        combining.holding,
        combining.limits,
        combining.exclusion,
        combining.exclusion_across_lanes,
        amounts.floors,
        amounts.allocation,
        amounts.taxes,
        amounts.conversion,
    )
}
