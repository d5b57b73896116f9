"""The net promoter score: the share of promoters (9 and 10 of 10) minus that of detractors (0 to 6)."""

from dataclasses import dataclass
from math import sqrt

from analytics.stats.proportion import Z_95


@dataclass(frozen=True, slots=True)
class PromoterScore:
    """The score in points, from -100 to 100, and half the width of its 95 % interval."""

    points: float
    margin: float


def promoter_score(promoters: int, passives: int, detractors: int) -> PromoterScore | None:
    """Return the score of these numbers of answers; None without answers."""
    count = promoters + passives + detractors
    if not count:
        return None
    score = (promoters - detractors) / count
    variance = (promoters + detractors) / count - score**2
    return PromoterScore(100 * score, 100 * Z_95 * sqrt(variance / count))
