"""The number of orders expected from a customer: BG/NBD.

While active, customers order at a constant rate of their own; after each order except the first, they may
leave for good. Rates are gamma-distributed over customers (r, α), chances to leave beta-distributed (a, b).

Source: Fader, Hardie and Lee, "Counting Your Customers the Easy Way", Marketing Science 24 (2005). The
formulas are used in another form, because theirs overflow if customers are alike (a and b in thousands) or
order often. See docs/decisions/0088-expected-orders-as-an-average.md.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, log_expit

from analytics.stats.arrays import Flags, Floats
from analytics.stats.max_likelihood import EDGE, Likelihood, constant_of, maximize_likelihood, share_of
from analytics.stats.rounding import rounded
from analytics.stats.samples import MAX_FITTED_CUSTOMERS, MIN_RETURNING_CUSTOMERS, sample

# Nodes of the average over a beta distribution. With these, all means in test_order_rate.py are accurate to
# a millionth.
_NODES = 97
# Weights farther out than this many standard deviations, or e-foldings of a tail, are negligible.
_DEVIATIONS, _FOLDINGS = 9, 40
# Replaces a chance of 0 in divisions.
_NO_CHANCE = 1e-200


@dataclass(frozen=True, slots=True)
class Visits:
    """How often each customer ordered, in one unit of time (weeks): (n,) each."""

    repeats: Floats  # orders after the first, ≥ 0; orders on the same day are one
    last: Floats  # time from the first order to the last, 0 with one order
    age: Floats  # time from the first order to the end of the data, ≥ last


@dataclass(frozen=True, slots=True)
class OrderRate:
    """The constants of BG/NBD for all customers, each > 0; `a` is 0 if no customer is seen to leave."""

    r: float
    alpha: float
    a: float
    b: float


def fit_order_rate(visits: Visits) -> OrderRate | None:
    """Return the maximum-likelihood constants; None with too few returning customers.

    If all customers have the same rate, r is 1 / `EDGE`, the limit of the search; if all have the same chance
    to leave, a + b is.
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
    # At the edge, the best estimate is that nobody leaves.
    leaves = rate.a if shares[1] >= 2 * EDGE else 0.0
    return OrderRate(rounded(rate.r), rounded(rate.alpha), rounded(leaves), rounded(rate.b))


def active_rate(rate: OrderRate, visits: Visits) -> Floats:
    """Return the probability that each customer will order again: (n,), 0 to 1; 1 before the first return.

    Derived from equation 11 of the 2005 paper.
    """
    active = np.ones(len(visits.repeats))
    if rate.a:
        returned = visits.repeats > 0
        returning = Visits(visits.repeats[returned], visits.last[returned], visits.age[returned])
        active[returned] = expit(-_log_odds_of_leaving(rate, returning))
    return active


def expected_orders(rate: OrderRate, visits: Visits, *, horizon: float) -> Floats:
    """Return the expected number of orders of each customer within `horizon` from now: (n,), ≥ 0.

    A customer who is active and leaves after each order with chance p is expected to place
    (1 - (1 + p · horizon / (α + age))^-(r + repeats)) / p orders. The result is the average over all chances,
    beta-distributed with a and b + repeats: the integral behind equation 10 of the 2005 paper. Each term is
    positive and bounded, so nothing overflows or cancels out.
    """
    repeats, of_repeats = np.unique(visits.repeats, return_inverse=True)
    ages, of_age = np.unique(visits.age, return_inverse=True)
    # Customers with equal returns and age have the same expectation.
    pairs, place = np.unique(of_repeats * len(ages) + of_age, return_inverse=True)
    repeat_row, age_row = np.divmod(pairs, max(len(ages), 1))
    shape, stretch = rate.r + repeats[repeat_row], horizon / (rate.alpha + ages[age_row])
    orders = np.zeros(len(pairs))
    for chances, shares in zip(*_chances(rate, repeats), strict=True):
        chance = chances[repeat_row]
        orders -= shares[repeat_row] * np.expm1(-shape * np.log1p(chance * stretch)) / chance
    return orders[place] * active_rate(rate, visits)


def _chances(rate: OrderRate, repeats: Floats) -> tuple[Floats, Floats]:
    """Return chances to leave of active customers by their returns, and the weight of each: (m, k) both.

    repeats: (k,). The chances are evenly spaced in t, with log-odds(p) = log(a / b) + c · sinh(t): dense
    around the mode of the distribution, sparse in its tails, which are long if a or b is small.
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
    """Distinct customers to fit to, and the distinct numbers of returns among them."""

    visits: Visits
    weight: Floats  # (n,) share of all customers with these figures
    returns: Floats  # (n_returns,) 0, 1, … up to the largest number of returns minus one
    place: npt.NDArray[np.int64]  # (n,) returns of each customer
    returned: Flags  # (n,) whether the customer returned

    @classmethod
    def of(cls, visits: Visits, count: npt.NDArray[np.int64]) -> Self:
        place = visits.repeats.astype(np.int64)
        returns = np.arange(int(place.max(initial=0)), dtype=np.float64)
        return cls(visits, count / count.sum(), returns, place, place > 0)

    def mean(self, value: Floats) -> float:
        """Return the weighted mean over customers of a value, (n,)."""
        return float((self.weight * value).sum())

    def mean_sum(self, terms: Floats) -> float:
        """Return the weighted mean over customers of `sum(terms)`."""
        return self.mean(self.sum(terms))

    def sum(self, terms: Floats) -> Floats:
        """Return the sum of terms, (n_returns,), over the returns of each customer: (n,)."""
        return np.concatenate([[0.0], np.cumsum(terms)])[self.place]


def _likelihood(rate: OrderRate, observed: _Observed) -> tuple[float, OrderRate]:
    """Return the mean log-likelihood and its derivatives with respect to the constants.

    Equation 6 of the 2005 paper, with sums over returns instead of ratios of gamma and beta functions.
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
    """Return the log-odds that returning customers have left since: (n,); any number for the others."""
    log_wait = np.log1p((visits.age - visits.last) / (rate.alpha + visits.last))
    odds: Floats = np.log(rate.a / (rate.b + np.maximum(visits.repeats - 1, 0)))
    return odds + (rate.r + visits.repeats) * log_wait


def _rate_of(mean_rate: float, shares: list[float]) -> OrderRate:
    """Return the constants.

    mean_rate: r / α; shares: share_of(r), the mean chance to leave, share_of(a + b).
    """
    r, leaving, both = constant_of(shares[0]), shares[1], constant_of(shares[2])
    return OrderRate(r=r, alpha=r / mean_rate, a=leaving * both, b=(1 - leaving) * both)


def _along_shares(
    mean_rate: float, shares: list[float], rate: OrderRate, value: float, slopes: OrderRate
) -> Likelihood:
    """Return the likelihood with its derivatives along `mean_rate` and `shares`, by the chain rule."""
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
