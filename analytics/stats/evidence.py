"""How strongly two products go together, from four counts.

Of the orders that were counted, `both` hold the product and its partner, `own` the product, `partner` the
partner; `total` is all of them. Support is how common the pair is; confidence, how often the partner comes
along; lift, how many times more often than by chance; the log-likelihood ratio (LLR), how sure we are that
it is no chance.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The four figures, each float64 of the counts' shape."""

    support: Floats  # 0–1
    confidence: Floats  # 0–1
    lift: Floats  # ≥ 0; 1 is chance
    llr: Floats  # ≥ 0; 0 is chance; unlike lift it grows with the data


def weigh_evidence(*, both: Floats, own: Floats, partner: Floats, total: float) -> Evidence:
    """Return the evidence for pairs; counts are > 0 and both ≤ own, partner ≤ total."""
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
    not_own, not_partner = total - own, total - partner
    cells = (
        (both, own * partner),
        (own - both, own * not_partner),
        (partner - both, not_own * partner),
        (total - own - partner + both, not_own * not_partner),
    )
    surprise = np.zeros_like(both)
    for count, margins in cells:
        surprise += xlogy(count, np.where(count > 0, count * total / np.maximum(margins, 1), 1))
    return np.maximum(2 * surprise, 0)
