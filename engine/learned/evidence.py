"""How strongly two products go together, from four counts.

Of the orders that were counted, `both` hold the product and its partner, `own` the product, `partner` the
partner; `total` is all of them. Support is how common the pair is; confidence, how often the partner comes
along; lift, how many times more often than by chance; the log-likelihood ratio (LLR), how sure we are that
it is no chance.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from engine.learned.generations import PARTNER, Records

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# A partner with all that is known of the pair.
EXPLAINED = np.dtype(
    [
        *((name, PARTNER[name]) for name in ("product", "score", "page_score", "orders")),
        ("support", "<f4"),  # share of all orders that hold both
        ("confidence", "<f4"),  # share of the product's orders that hold the partner too
        ("lift", "<f4"),  # how many times more often together than by chance
        ("llr", "<f4"),  # log-likelihood ratio (Dunning 1993)
    ]
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The four figures, each float64 of the counts' shape."""

    support: Floats  # 0–1
    confidence: Floats  # 0–1
    lift: Floats  # ≥ 0; 1 is chance
    llr: Floats  # ≥ 0; 0 is chance; unlike lift it grows with the data


def weigh_evidence(*, both: Floats, own: Floats, partner: Floats, total: float) -> Evidence:
    """Return the evidence for pairs; both > 0. A count that cannot be (own < both) is raised until it can."""
    own, partner = np.maximum(own, both), np.maximum(partner, both)
    total = max(total, float((own + partner - both).max(initial=1)))
    return Evidence(
        support=both / total,
        confidence=both / own,
        lift=both * total / (own * partner),
        llr=log_likelihood_ratio(both=both, own=own, partner=partner, total=total),
    )


def log_likelihood_ratio(*, both: Floats, own: Floats, partner: Floats, total: float) -> Floats:
    """Return the LLR of the 2 × 2 table: twice the sum of k·ln(k / expected k) over its four cells.

    Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", 1993. An empty cell adds 0.
    """
    surprise = np.zeros_like(both)
    for count, margins in _cells(both, own, partner, total):
        surprise += count * np.log(np.where(count > 0, count * total / np.maximum(margins, 1), 1))
    return np.maximum(2 * surprise, 0)


def _cells(both: Floats, own: Floats, partner: Floats, total: float) -> Iterator[tuple[Floats, Floats]]:
    """Yield the table's cells, each with the product of its margins; one is in memory at a time."""
    yield both, own * partner
    yield own - both, own * (total - partner)
    yield partner - both, (total - own) * partner
    yield total - own - partner + both, (total - own) * (total - partner)


def explain_partners(
    partners: Records, *, own_orders: Ints, products: Ints, product_orders: Ints, order_count: int
) -> Records:
    """Return PARTNER records as EXPLAINED ones.

    own_orders: (n,) orders that hold each record's product; products: ascending primary keys, with the orders
    of each. A partner that is not among them counts as seen in the orders of the pair only.
    """
    explained = np.zeros(len(partners), EXPLAINED)
    for name in PARTNER.names or ():
        explained[name] = partners[name]
    partner_orders = np.zeros(len(partners))
    if len(products):
        place = np.minimum(np.searchsorted(products, partners["product"]), len(products) - 1)
        partner_orders = np.where(products[place] == partners["product"], product_orders[place], 0.0)
    evidence = weigh_evidence(
        both=np.maximum(partners["orders"], 1).astype(np.float64),
        own=own_orders.astype(np.float64),
        partner=partner_orders,
        total=float(order_count),
    )
    for field in fields(evidence):
        explained[field.name] = getattr(evidence, field.name)
    return explained
