"""What each customer buys."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.ranking import best_of_groups, starts_of
from analytics.stats.sales import DAY_US, Baskets, Ints
from analytics.stats.settings import LearningSettings


@dataclass(frozen=True, slots=True)
class Histories:
    """Purchases by customer; those of customer i are product[starts[i]:starts[i + 1]]."""

    customer: Ints  # (k,) ids, ascending
    starts: Ints  # (k + 1,)
    product: Ints  # (n,) ids, most often bought first, then the most recent, then the lower id
    orders: Ints  # (n,) orders of the customer that hold it
    last_day: Ints  # (n,) days since 1970-01-01 UTC


def find_histories(*, baskets: Baskets, settings: LearningSettings) -> Histories:
    """Return the `purchase_limit` products each known customer bought most often."""
    buyers = np.repeat(baskets.customer, baskets.sizes)
    is_known = buyers > 0
    customer, buyer = np.unique(buyers[is_known], return_inverse=True)
    days = np.repeat(baskets.placed_us // DAY_US, baskets.sizes)[is_known]
    width = max(len(baskets.product), 1)
    keys = buyer * width + baskets.cells[is_known]
    by_key = np.argsort(keys, kind="stable")
    firsts = np.flatnonzero(np.diff(keys[by_key], prepend=-1))
    orders = np.diff(np.append(firsts, len(keys)))
    last_day = np.maximum.reduceat(days[by_key], firsts) if len(firsts) else firsts
    group, product = np.divmod(keys[by_key][firsts], width)
    best = best_of_groups(
        group=group,
        score=(orders << 32) + last_day,  # one number that compares by orders first, then by day
        tie=product,
        group_count=len(customer),
        limit=settings.purchase_limit,
    )
    return Histories(
        customer=customer,
        starts=starts_of(group[best], group_count=len(customer)),
        product=baskets.product[product[best]],
        orders=orders[best],
        last_day=last_day[best],
    )
