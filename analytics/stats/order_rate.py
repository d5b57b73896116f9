"""How often a customer is expected to order: BG/NBD.

While active, a customer orders at a steady rate of their own; after each order but the first they may leave
for good. Rates are gamma-distributed over customers (r, α), chances to leave beta-distributed (a, b).

Source: Fader, Hardie and Lee, "Counting Your Customers the Easy Way", Marketing Science 24 (2005). Its
formulas are worked out in another form: theirs have no value in floating point where customers are alike
(a and b in thousands) or order often. See docs/decisions/0088-expected-orders-as-an-average.md.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_expit

from analytics.stats.arrays import Floats
from analytics.stats.max_likelihood import EDGE, Likelihood, constant_of, maximize_likelihood, share_of
from analytics.stats.rounding import rounded
from analytics.stats.samples import MAX_FITTED_CUSTOMERS, MIN_RETURNING_CUSTOMERS, sample

# Chances that stand for a beta distribution. With these no mean of test_order_rate.py is off by more than a
# millionth.
_NODES = 97
# What lies farther out than so many standard deviations, or e-foldings of a tail, has no weight left.
_DEVIATIONS, _FOLDINGS = 9, 40
# Stands for a chance of 0, by which nothing can be divided.
_NO_CHANCE = 1e-200


@dataclass(frozen=True, slots=True)
class Visits:
    """How often each customer returned, in one unit of time (weeks): (n,) each."""

    repeats: Floats  # orders after the first, ≥ 0; those of one day are one
    last: Floats  # time from the first order to the last, 0 where there is one
    age: Floats  # time from the first order to the end of the data, ≥ last


@dataclass(frozen=True, slots=True)
class OrderRate:
    """The constants of BG/NBD over all customers, each > 0; `a` is 0 where nobody is observed to leave."""

    r: float
    alpha: float
    a: float
    b: float


def fit_order_rate(visits: Visits) -> OrderRate | None:
    """Return the likeliest constants; None where too few returned back.

    Where all customers are alike in their rate, or in their chance to leave, r, or a + b, is 1 / `EDGE`: as
    far as the search goes.
    """
    if np.count_nonzero(visits.repeats) < MIN_RETURNING_CUSTOMERS:
        return None
    table = sample(np.stack([visits.repeats, visits.last, visits.age], axis=1), limit=MAX_FITTED_CUSTOMERS)
    few, weight = np.unique(table, axis=0, return_counts=True)
    observed = _Observed.of(Visits(few[:, 0], few[:, 1], few[:, 2]), weight)

    def likelihood(mean_rate: float, shares: list[float]) -> Likelihood:
        rate = _rate_of(mean_rate, shares)
        return _along_shares(mean_rate, shares, rate, *_likelihood(rate, observed))

    mean_rate, shares = maximize_likelihood(
        likelihood,
        scale=float(np.sum(table[:, 0]) / np.sum(table[:, 2])),
        shares=[share_of(1.0), 0.5, share_of(2.0)],
    )
    rate = _rate_of(mean_rate, shares)
    # At the edge the data speak for no chance at all.
    leaves = rate.a if shares[1] >= 2 * EDGE else 0.0
    return OrderRate(rounded(rate.r), rounded(rate.alpha), rounded(leaves), rounded(rate.b))


def active_rate(rate: OrderRate, visits: Visits) -> Floats:
    """Return the probability that each customer will order again: (n,), 0 to 1; 1 before the first return.

    Equation 11 behind the 2005 paper.
    """
    active = np.ones(len(visits.repeats))
    if rate.a:
        returned = visits.repeats > 0
        of_came = Visits(visits.repeats[returned], visits.last[returned], visits.age[returned])
        active[returned] = expit(-_log_odds_of_leaving(rate, of_came))
    return active


def expected_orders(rate: OrderRate, visits: Visits, *, horizon: float) -> Floats:
    """Return the orders expected of each customer within `horizon` from now: (n,), ≥ 0.

    Whoever is active and leaves after an order with chance p is expected to place
    (1 - (1 + p · horizon / (α + age))^-(r + repeats)) / p orders. This is averaged over the chances that are
    possible for them, beta-distributed with a and b + repeats: equation 10 of the 2005 paper before its
    integral is solved. Each term is a positive number between bounds, so nothing can overflow or cancel out.
    """
    repeats, of_repeats = np.unique(visits.repeats, return_inverse=True)
    ages, of_age = np.unique(visits.age, return_inverse=True)
    # Customers of equal returns and age expect the same.
    pairs, place = np.unique(of_repeats * len(ages) + of_age, return_inverse=True)
    returned, at = np.divmod(pairs, max(len(ages), 1))
    shape, stretch = rate.r + repeats[returned], horizon / (rate.alpha + ages[at])
    orders = np.zeros(len(pairs))
    for chances, shares in zip(*_chances(rate, repeats), strict=True):
        chance = chances[returned]
        orders -= shares[returned] * np.expm1(-shape * np.log1p(chance * stretch)) / chance
    return orders[place] * active_rate(rate, visits)


def _chances(rate: OrderRate, repeats: Floats) -> tuple[Floats, Floats]:
    """Return chances to leave of active customers by their returns, and the share of each: (m, k) both.

    repeats: (k,). They are evenly spaced in t where log-odds(p) = log(a / b) + c · sinh(t): dense around the
    top of the distribution, and far apart in its tails, which are long where a or b is small.
    """
    if not rate.a:
        return np.full((1, len(repeats)), _NO_CHANCE), np.ones((1, len(repeats)))
    a, b = rate.a, rate.b + repeats
    width = np.minimum(np.sqrt(1 / a + 1 / b), 1)
    low, high = (np.arcsinh(_DEVIATIONS + _FOLDINGS / (tail * width)) for tail in (a, b))
    steps = np.linspace(-low, high, _NODES)
    log_odds = np.log(a / b) + width * np.sinh(steps)
    density = a * log_expit(log_odds) + b * log_expit(-log_odds)
    share = np.exp(density - density.max(axis=0)) * np.cosh(steps)
    return np.maximum(expit(log_odds), _NO_CHANCE), share / share.sum(axis=0)


@dataclass(frozen=True, slots=True)
class _Observed:
    """Customers to fit to, and the few numbers of returns there are among them."""

    visits: Visits
    weight: Floats  # (n,) the share of all customers who are like this one
    returns: Floats  # (most,) 0, 1, … up to the most returns but one
    place: npt.NDArray[np.int64]  # (n,) returns of each
    returned: npt.NDArray[np.bool_]  # (n,) who returned back

    @classmethod
    def of(cls, visits: Visits, count: npt.NDArray[np.int64]) -> Self:
        place = visits.repeats.astype(np.int64)
        returns = np.arange(int(place.max(initial=0)), dtype=np.float64)
        return cls(visits, count / count.sum(), returns, place, place > 0)

    def mean(self, value: Floats) -> float:
        """Return the mean over customers of a value of each, (n,)."""
        return float((self.weight * value).sum())

    def mean_sum(self, terms: Floats) -> float:
        """Return the mean over customers of the sum over their returns of a term, (most,)."""
        return self.mean(self.sum(terms))

    def sum(self, terms: Floats) -> Floats:
        """Return for each customer the sum over their returns of a term, (most,): (n,)."""
        return np.concatenate([[0.0], np.cumsum(terms)])[self.place]


def _likelihood(rate: OrderRate, observed: _Observed) -> tuple[float, OrderRate]:
    """Return the mean log-likelihood, and its slopes along the constants.

    Equation 6 of the 2005 paper. Its ratios of gamma and beta functions are sums over a customer's returns.
    """
    r, alpha, a, b = rate.r, rate.alpha, rate.a, rate.b
    x, last, age = observed.visits.repeats, observed.visits.last, observed.visits.age
    i = observed.returns
    log_odds = np.where(observed.returned, _log_odds_of_leaving(rate, observed.visits), -np.inf)
    ordered = observed.sum(np.log(r + i)) - r * np.log1p(age / alpha) - x * np.log(alpha + age)
    value = observed.mean(ordered - observed.sum(np.log1p(a / (b + i))) + np.logaddexp(0, log_odds))
    left = expit(log_odds)
    log_wait = np.log1p((age - last) / (alpha + last))
    slopes = OrderRate(
        r=observed.mean_sum(1 / (r + i)) + observed.mean(left * log_wait - np.log1p(age / alpha)),
        alpha=observed.mean(
            (r * age / alpha - x - left * (r + x) * (age - last) / (alpha + last)) / (alpha + age)
        ),
        a=observed.mean(left) / a - observed.mean_sum(1 / (a + b + i)),
        b=observed.mean_sum(a / ((b + i) * (a + b + i))) - observed.mean(left / (b + np.maximum(x - 1, 0))),
    )
    return value, slopes


def _log_odds_of_leaving(rate: OrderRate, visits: Visits) -> Floats:
    """Return the log-odds that returning customers have left: (n,); any number for the others."""
    log_wait = np.log1p((visits.age - visits.last) / (rate.alpha + visits.last))
    odds: Floats = np.log(rate.a / (rate.b + np.maximum(visits.repeats - 1, 0)))
    return odds + (rate.r + visits.repeats) * log_wait


def _rate_of(mean_rate: float, shares: list[float]) -> OrderRate:
    """Return the constants.

    mean_rate: the mean rate, r / α; shares: share_of(r), the mean chance to leave, share_of(a + b).
    """
    r, leaving, both = constant_of(shares[0]), shares[1], constant_of(shares[2])
    return OrderRate(r=r, alpha=r / mean_rate, a=leaving * both, b=(1 - leaving) * both)


def _along_shares(
    mean_rate: float, shares: list[float], rate: OrderRate, value: float, slopes: OrderRate
) -> Likelihood:
    """Return the likelihood with its slopes along mean_rate and shares, by the chain rule."""
    along_r = slopes.r + slopes.alpha / mean_rate
    leaving, both = shares[1], rate.a + rate.b
    along_both = leaving * slopes.a + (1 - leaving) * slopes.b
    return Likelihood(
        value,
        [
            -slopes.alpha * rate.alpha / mean_rate,
            -along_r / shares[0] ** 2,
            both * (slopes.a - slopes.b),
            -along_both / shares[2] ** 2,
        ],
    )
