"""What a customer is expected to buy in a year: BG/NBD for how often, Gamma-Gamma for how much.

BG/NBD: while active, a customer orders at a steady rate of their own; after each order they may leave for
good. Rates are gamma-distributed over customers (r, α), chances to leave beta-distributed (a, b).
Gamma-Gamma: a customer's orders vary around a mean of their own, which is gamma-distributed over customers
(p, q, v).

Sources: Fader, Hardie and Lee, "Counting Your Customers the Easy Way", Marketing Science 24 (2005); Fader and
Hardie, "The Gamma-Gamma Model of Monetary Value" (2013).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import betaln, expit, gammaln, hyp2f1

from analytics.stats.evidence import Floats

# Fewer customers who came back than this say too little about those who did not.
LEAST_RETURNED = 50
# So many customers tell the constants to the second digit; more only take time.
FITTED_CUSTOMERS = 10_000
# The largest exp() that a constant may be: beyond it the likelihood is flat.
_LARGEST_LOG = 20.0
# Where the data leave a constant open (nobody ever leaves), it stays moderate; it moves no digit otherwise.
_PULL = 1e-7


@dataclass(frozen=True, slots=True)
class Visits:
    """How often each customer came, in one unit of time (weeks): (n,) each."""

    repeats: Floats  # orders after the first, ≥ 0; those of one day are one
    last: Floats  # time from the first order to the last, 0 where there is one
    age: Floats  # time from the first order to the end of the data, ≥ last


@dataclass(frozen=True, slots=True)
class OrderRate:
    """The constants of BG/NBD over all customers, each > 0."""

    r: float
    alpha: float
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class OrderValue:
    """The constants of Gamma-Gamma over all customers, each > 0; `v` is in the amounts' unit."""

    p: float
    q: float
    v: float


def fit_order_rate(visits: Visits) -> OrderRate | None:
    """Return the likeliest constants; None where too few came back, or nothing fits."""
    if np.count_nonzero(visits.repeats) < LEAST_RETURNED:
        return None
    table = np.stack([visits.repeats, visits.last, visits.age], axis=1)
    few, weight = np.unique(_sample(table), axis=0, return_counts=True)
    seen = _Told.of(Visits(few[:, 0], few[:, 1], few[:, 2]))
    unit = float(few[:, 2].max())

    def cost(logs: Floats) -> float:
        r, alpha, a, b = np.exp(logs)
        rate = OrderRate(float(r), float(alpha) * unit, float(a), float(b))
        return -float(np.average(_rate_likelihood(rate, seen), weights=weight))

    found = _minimum(cost, [1.0, 0.1, 1.0, 1.0])
    return None if found is None else OrderRate(found[0], found[1] * unit, found[2], found[3])


def fit_order_value(*, repeats: Floats, mean: Floats) -> OrderValue | None:
    """Return the likeliest constants from those who came back; None where too few did, or nothing fits.

    repeats: (n,) orders after the first; mean: (n,) their average value. Customers without either are passed
    over. Where q ≤ 1 the average of all customers is infinite: such a fit says nothing.
    """
    told = (repeats > 0) & (mean > 0)
    if np.count_nonzero(told) < LEAST_RETURNED:
        return None
    table = _sample(np.stack([repeats[told], mean[told]], axis=1))
    count, unit = table[:, 0], float(np.median(table[:, 1]))
    value = table[:, 1] / unit

    def cost(logs: Floats) -> float:
        p, q, v = np.exp(logs)
        return -float(np.mean(_value_likelihood(OrderValue(float(p), float(q), float(v)), count, value)))

    found = _minimum(cost, [1.0, 2.0, 1.0])
    return None if found is None or found[1] <= 1 else OrderValue(found[0], found[1], found[2] * unit)


def active_rate(rate: OrderRate, visits: Visits) -> Floats:
    """Return the probability that each customer will order again: (n,), 0 to 1; 1 before the first return."""
    return np.where(visits.repeats > 0, expit(-_log_odds_of_leaving(rate, visits)), 1.0)


def expected_orders(rate: OrderRate, visits: Visits, *, horizon: float) -> Floats:
    """Return the orders expected of each customer within `horizon` from now: (n,), ≥ 0.

    Equation 10 of the 2005 paper, with Euler's transformation of its hypergeometric function: as it stands
    there it overflows for customers of many orders.
    """
    a = rate.a if abs(rate.a - 1) > 1e-6 else 1 + 1e-6  # noqa: PLR2004 (the formula has a hole at a = 1)
    ages = rate.alpha + visits.age
    share = horizon / (ages + horizon)
    total = a + rate.b + visits.repeats
    unfinished = (1 - share) ** (a - 1) * hyp2f1(a + rate.b - 1 - rate.r, a - 1, total - 1, share)
    orders = (total - 1) / (a - 1) * (1 - unfinished) * active_rate(rate, visits)
    return np.maximum(np.nan_to_num(orders, nan=0.0, posinf=0.0, neginf=0.0), 0.0)


def expected_value(value: OrderValue, *, repeats: Floats, mean: Floats) -> Floats:
    """Return what an order of each customer is expected to be worth: (n,), in the amounts' unit.

    The less is known of a customer, the nearer to the average of all; who never came back stands at it.
    """
    return value.p * (value.v + repeats * mean) / (value.p * repeats + value.q - 1)


@dataclass(frozen=True, slots=True)
class _Told:
    """Visits, and the few numbers of returns there are: what hangs on these alone is dear to work out."""

    visits: Visits
    repeats: Floats  # (u,) ascending
    place: npt.NDArray[np.int64]  # (n,) where each customer's stand among them
    came: npt.NDArray[np.int64]  # customers who came back

    @classmethod
    def of(cls, visits: Visits) -> Self:
        repeats, place = np.unique(visits.repeats, return_inverse=True)
        return cls(visits, repeats, place, np.flatnonzero(visits.repeats > 0))


def _rate_likelihood(rate: OrderRate, told: _Told) -> Floats:
    """Return each customer's log-likelihood; equation 6 of the 2005 paper."""
    r, alpha, a, b = rate.r, rate.alpha, rate.a, rate.b
    visits, x, came = told.visits, told.repeats, told.came
    ordered = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stayed = (betaln(a, b + x) - betaln(a, b))[told.place] - (r + visits.repeats) * np.log(alpha + visits.age)
    left = np.full(len(visits.repeats), -np.inf)
    leaving = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b)
    left[came] = leaving[told.place[came]] - (r + visits.repeats[came]) * np.log(alpha + visits.last[came])
    likelihood: Floats = ordered[told.place] + np.logaddexp(stayed, left)
    return likelihood


def _value_likelihood(value: OrderValue, count: Floats, mean: Floats) -> Floats:
    """Return each customer's log-likelihood; equation 1a of the 2013 note."""
    p, q, v = value.p, value.q, value.v
    shape = p * count
    likelihood: Floats = (
        gammaln(shape + q)
        - gammaln(shape)
        - gammaln(q)
        + q * np.log(v)
        + (shape - 1) * np.log(mean)
        + shape * np.log(count)
        - (shape + q) * np.log(count * mean + v)
    )
    return likelihood


def _log_odds_of_leaving(rate: OrderRate, visits: Visits) -> Floats:
    """Return the log-odds that each customer who came back has left since: (n,); equation 11 behind it."""
    came = np.maximum(visits.repeats, 1)
    waited = np.log((rate.alpha + visits.age) / (rate.alpha + visits.last))
    odds: Floats = np.log(rate.a / (rate.b + came - 1)) + (rate.r + came) * waited
    return odds


def _sample(table: Floats) -> Floats:
    """Return at most `FITTED_CUSTOMERS` rows, evenly from the sorted table: the same rows every time."""
    if len(table) <= FITTED_CUSTOMERS:
        return table
    ordered = table[np.lexsort(table.T[::-1])]
    return ordered[np.linspace(0, len(table) - 1, FITTED_CUSTOMERS).astype(np.int64)]


def _minimum(cost: Callable[[Floats], float], start: list[float]) -> list[float] | None:
    """Return the positive constants that cost least; None where the search ends at an edge."""

    def bounded(logs: Floats) -> float:
        return cost(np.clip(logs, -_LARGEST_LOG, _LARGEST_LOG)) + _PULL * float(logs @ logs)

    found = minimize(bounded, np.log(start))
    if not np.isfinite(found.fun) or np.any(np.abs(found.x) >= _LARGEST_LOG):
        return None
    return [float(constant) for constant in np.exp(found.x)]
