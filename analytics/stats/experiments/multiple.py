"""Adjust p-values for the number of questions that were asked.

Holm (Scandinavian Journal of Statistics 6, 1979) keeps the chance of a single false finding below alpha.
Benjamini and Hochberg (JRSS B 57, 1995) keep the share of false findings below alpha, for independent or
positively related questions; Benjamini and Yekutieli (Annals of Statistics 29, 2001) for any.
"""

from enum import StrEnum

import numpy as np

from analytics.stats.arrays import Floats


class Correction(StrEnum):
    """How p-values are adjusted; declared before the experiment starts."""

    BONFERRONI = "bonferroni"
    HOLM = "holm"
    BENJAMINI_HOCHBERG = "benjamini_hochberg"
    BENJAMINI_YEKUTIELI = "benjamini_yekutieli"


def adjusted_p_values(p_values: Floats, correction: Correction) -> Floats:
    """Return the adjusted p-values, (n,), in the order of `p_values`: findings are below alpha."""
    count = len(p_values)
    order = np.argsort(p_values, kind="stable")
    ordered, ranks = p_values[order], np.arange(1.0, count + 1)
    adjusted = np.empty(count)
    adjusted[order] = np.minimum(_ordered(ordered, ranks, correction), 1.0)
    return adjusted


def _ordered(ordered: Floats, ranks: Floats, correction: Correction) -> Floats:
    """Return the adjusted p-values of ascending ones."""
    count = len(ordered)
    if correction is Correction.BONFERRONI:
        found: Floats = ordered * count
    elif correction is Correction.HOLM:
        found = np.maximum.accumulate(ordered * (count - ranks + 1))
    else:
        scale = (1 / ranks).sum() if correction is Correction.BENJAMINI_YEKUTIELI else 1.0
        found = np.minimum.accumulate((ordered * count * scale / ranks)[::-1])[::-1]
    return found
