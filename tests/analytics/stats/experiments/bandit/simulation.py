"""Bandits on simulated shoppers: daily batches, and purchases that are known later."""

from dataclasses import dataclass

import numpy as np

from analytics.stats.arrays import Floats
from analytics.stats.experiments.bandit.posterior import BetaPosteriors
from analytics.stats.experiments.bandit.thompson import bounded_shares, matured_trials


@dataclass(frozen=True)
class BanditDays:
    """What a bandit did: the share of each arm by day, (days, k), and the loss against the best arm."""

    shares: Floats
    regret: float


def run_bandit(
    rates: Floats,
    *,
    days: int,
    daily_visits: int,
    rng: np.random.Generator,
    floor: float = 0.0,
    known_shares: Floats | None = None,
) -> BanditDays:
    """Divide each day's visits by what is known of the arms' true rates, (k,), until then.

    known_shares: the share of purchases that are known 0, 1, … days later; None: all on the same day.
    """
    known = np.ones(1) if known_shares is None else known_shares
    count = len(rates)
    least, most = np.full(count, floor), np.ones(count)
    visits = np.zeros((days, count))
    revealed = np.zeros((days + len(known), count))
    shares = np.empty((days, count))
    for day in range(days):
        trials = matured_trials(visits[:day], known) if day else np.zeros(count)
        chances = BetaPosteriors.of(revealed[:day].sum(axis=0), trials).chance_best()
        shares[day] = bounded_shares(chances, least=least, most=most)
        visits[day] = rng.multinomial(daily_visits, shares[day])
        for arm, bought in enumerate(rng.binomial(visits[day].astype(int), rates)):
            revealed[day : day + len(known), arm] += rng.multinomial(bought, np.diff(known, prepend=0.0))
    return BanditDays(shares, float((visits @ (rates.max() - rates)).sum()))
