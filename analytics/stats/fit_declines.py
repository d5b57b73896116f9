"""How well products fit on pages of a category, by the shoppers who accepted or declined them there.

Of a product on pages of a category, `F` were declined because it does not fit, and `A` accepted. The share of
answers in which it fits has a beta prior, worth ANSWERS of them, around that of all products:

    (ANSWERS·share of all + A) / (ANSWERS + A + F)

Divided by the share of all, it is how much less the product counts there. Where shoppers decline everything,
nothing sinks; a product that is both accepted and declined sinks little.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.stats.arrays import Floats, Ints

ANSWERS: Final = 10.0
# Fewer declines than this can be those of single shoppers.
LEAST_DECLINES: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FitAnswers:
    """The answers on n pairs of a category and a product, each pair once; older ones may count less."""

    category: Ints  # (n,) primary keys
    product: Ints  # (n,)
    declined: Floats  # (n,) ≥ 0, because it does not fit
    accepted: Floats  # (n,) ≥ 0


def fit_shares(answers: FitAnswers) -> Floats:
    """Return what each product counts on pages of its category: above 0, at most 1.

    Shape: (n,). It is 1 with fewer than LEAST_DECLINES declines, with fewer of them than usual, or if nothing
    was accepted at all.
    """
    declined, accepted = answers.declined, answers.accepted
    total = float(declined.sum() + accepted.sum())
    usual = float(accepted.sum()) / total if total else 0.0
    if not usual:
        return np.ones(len(declined))
    share = (ANSWERS * usual + accepted) / (ANSWERS + accepted + declined) / usual
    return np.asarray(np.where(declined >= LEAST_DECLINES, np.minimum(share, 1.0), 1.0))
