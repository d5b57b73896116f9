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

from analytics.stats.digits import rounded
from analytics.stats.evidence import Floats
from analytics.stats.likeliest import EDGE, Likelihood, constant_of, find_likeliest, share_of
from analytics.stats.samples import FITTED_CUSTOMERS, LEAST_RETURNED, sample

# Chances that stand for a beta distribution. With these no mean of test_order_rate.py is off by more than a
# millionth.
_NODES = 97
# What lies farther out than so many standard deviations, or e-foldings of a tail, has no weight left.
_DEVIATIONS, _FOLDINGS = 9, 40
# Stands for a chance of 0, by which nothing can be divided.
_NO_CHANCE = 1e-200


@dataclass(frozen=True, slots=True)
class Visits:
    """How often each customer came, in one unit of time (weeks): (n,) each."""

    repeats: Floats  # orders after the first, ≥ 0; those of one day are one
    last: Floats  # time from the first order to the last, 0 where there is one
    age: Floats  # time from the first order to the end of the data, ≥ last


@dataclass(frozen=True, slots=True)
class OrderRate:
    """The constants of BG/NBD over all customers, each > 0; `a` is 0 where nobody is seen to leave."""

    r: float
    alpha: float
    a: float
    b: float


def fit_order_rate(visits: Visits) -> OrderRate | None:
    """Return the likeliest constants; None where too few came back.

    Where all customers are alike in their rate, or in their chance to leave, r, or a + b, is 1 / `EDGE`: as
    far as the search goes.
    """
    if np.count_nonzero(visits.repeats) < LEAST_RETURNED:
        return None
    table = sample(np.stack([visits.repeats, visits.last, visits.age], axis=1), limit=FITTED_CUSTOMERS)
    few, weight = np.unique(table, axis=0, return_counts=True)
    seen = _Seen.of(Visits(few[:, 0], few[:, 1], few[:, 2]), weight)

    def likelihood(pace: float, shares: list[float]) -> Likelihood:
        rate = _rate_of(pace, shares)
        return _in_shares(pace, shares, rate, *_likelihood(rate, seen))

    pace, shares = find_likeliest(
        likelihood,
        scale=float(np.sum(table[:, 0]) / np.sum(table[:, 2])),
        shares=[share_of(1.0), 0.5, share_of(2.0)],
    )
    rate = _rate_of(pace, shares)
    # At the edge the data speak for no chance at all.
    leaves = rate.a if shares[1] >= 2 * EDGE else 0.0
    return OrderRate(rounded(rate.r), rounded(rate.alpha), rounded(leaves), rounded(rate.b))


def active_rate(rate: OrderRate, visits: Visits) -> Floats:
    """Return the probability that each customer will order again: (n,), 0 to 1; 1 before the first return.

    Equation 11 behind the 2005 paper.
    """
    active = np.ones(len(visits.repeats))
    if rate.a:
        came = visits.repeats > 0
        of_came = Visits(visits.repeats[came], visits.last[came], visits.age[came])
        active[came] = expit(-_log_odds_of_leaving(rate, of_came))
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
    came, at = np.divmod(pairs, max(len(ages), 1))
    shape, stretch = rate.r + repeats[came], horizon / (rate.alpha + ages[at])
    orders = np.zeros(len(pairs))
    for chances, shares in zip(*_chances(rate, repeats), strict=True):
        chance = chances[came]
        orders -= shares[came] * np.expm1(-shape * np.log1p(chance * stretch)) / chance
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
class _Seen:
    """Customers to fit to, and the few numbers of returns there are among them."""

    visits: Visits
    weight: Floats  # (n,) the share of all customers who are like this one
    returns: Floats  # (most,) 0, 1, … up to the most returns but one
    place: npt.NDArray[np.int64]  # (n,) returns of each
    came: npt.NDArray[np.bool_]  # (n,) who came back

    @classmethod
    def of(cls, visits: Visits, count: npt.NDArray[np.int64]) -> Self:
        place = visits.repeats.astype(np.int64)
        returns = np.arange(int(place.max(initial=0)), dtype=np.float64)
        return cls(visits, count / count.sum(), returns, place, place > 0)

    def mean(self, figure: Floats) -> float:
        """Return the mean over customers of a figure of each, (n,)."""
        return float((self.weight * figure).sum())

    def mean_sum(self, terms: Floats) -> float:
        """Return the mean over customers of the sum over their returns of a term, (most,)."""
        return self.mean(self.sum(terms))

    def sum(self, terms: Floats) -> Floats:
        """Return for each customer the sum over their returns of a term, (most,): (n,)."""
        return np.concatenate([[0.0], np.cumsum(terms)])[self.place]


def _likelihood(rate: OrderRate, seen: _Seen) -> tuple[float, OrderRate]:
    """Return the mean log-likelihood, and its slopes along the constants.

    Equation 6 of the 2005 paper. Its ratios of gamma and beta functions are sums over a customer's returns.
    """
    r, alpha, a, b = rate.r, rate.alpha, rate.a, rate.b
    x, last, age = seen.visits.repeats, seen.visits.last, seen.visits.age
    i = seen.returns
    log_odds = np.where(seen.came, _log_odds_of_leaving(rate, seen.visits), -np.inf)
    ordered = seen.sum(np.log(r + i)) - r * np.log1p(age / alpha) - x * np.log(alpha + age)
    value = seen.mean(ordered - seen.sum(np.log1p(a / (b + i))) + np.logaddexp(0, log_odds))
    left = expit(log_odds)
    waited = np.log1p((age - last) / (alpha + last))
    slopes = OrderRate(
        r=seen.mean_sum(1 / (r + i)) + seen.mean(left * waited - np.log1p(age / alpha)),
        alpha=seen.mean(
            (r * age / alpha - x - left * (r + x) * (age - last) / (alpha + last)) / (alpha + age)
        ),
        a=seen.mean(left) / a - seen.mean_sum(1 / (a + b + i)),
        b=seen.mean_sum(a / ((b + i) * (a + b + i))) - seen.mean(left / (b + np.maximum(x - 1, 0))),
    )
    return value, slopes


def _log_odds_of_leaving(rate: OrderRate, visits: Visits) -> Floats:
    """Return the log-odds that customers who came back have left since: (n,); any number for the others."""
    waited = np.log1p((visits.age - visits.last) / (rate.alpha + visits.last))
    odds: Floats = np.log(rate.a / (rate.b + np.maximum(visits.repeats - 1, 0)))
    return odds + (rate.r + visits.repeats) * waited


def _rate_of(pace: float, shares: list[float]) -> OrderRate:
    """Return the constants.

    pace: the mean rate, r / α; shares: share_of(r), the mean chance to leave, share_of(a + b).
    """
    r, leaving, both = constant_of(shares[0]), shares[1], constant_of(shares[2])
    return OrderRate(r=r, alpha=r / pace, a=leaving * both, b=(1 - leaving) * both)


def _in_shares(
    pace: float, shares: list[float], rate: OrderRate, value: float, slopes: OrderRate
) -> Likelihood:
    """Return the likelihood with its slopes along pace and shares, by the chain rule."""
    along_r = slopes.r + slopes.alpha / pace
    leaving, both = shares[1], rate.a + rate.b
    along_both = leaving * slopes.a + (1 - leaving) * slopes.b
    return Likelihood(
        value,
        [
            -slopes.alpha * rate.alpha / pace,
            -along_r / shares[0] ** 2,
            both * (slopes.a - slopes.b),
            -along_both / shares[2] ** 2,
        ],
    )
