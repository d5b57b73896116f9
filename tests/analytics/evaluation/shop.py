"""Small order histories with known answers."""

from collections.abc import Sequence

import numpy as np

from analytics.evaluation.history import ANONYMOUS, History

SECOND_US = 1_000_000
PAIR_COUNT = 20


def history(
    baskets: Sequence[Sequence[int]], *, customers: Sequence[int] | None = None, product_count: int = 5
) -> History:
    """Return orders placed one second apart, from 1970-01-01 00:00:00 UTC."""
    return History(
        order=np.array([number for number, items in enumerate(baskets) for _ in items], np.int64),
        product=np.array([product for items in baskets for product in items], np.int64),
        placed_us=np.arange(len(baskets), dtype=np.int64) * SECOND_US,
        customer=np.array(customers or [ANONYMOUS] * len(baskets), np.int64),
        product_count=product_count,
    )


def pair_shop(rounds: int = 4) -> History:
    """Return a shop where customer k buys only products 2k and 2k + 1, in every round.

    So the rest of a cart, of a page and of a customer's next basket is certain. All products sell equally, so
    popularity answers with the lowest numbers.
    """
    baskets = [(2 * pair, 2 * pair + 1) for _ in range(rounds) for pair in range(PAIR_COUNT)]
    customers = list(range(PAIR_COUNT)) * rounds
    return history(baskets, customers=customers, product_count=2 * PAIR_COUNT)
