"""The expected value of an order of a customer: Gamma-Gamma.

The orders of a customer vary around their own mean, which is gamma-distributed over customers (p, q, v).

Source: Fader and Hardie, "The Gamma-Gamma Model of Monetary Value" (2013).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, digamma

from analytics.stats.arrays import Floats
from analytics.stats.max_likelihood import Likelihood, constant_of, maximize_likelihood, share_of
from analytics.stats.rounding import rounded
from analytics.stats.samples import MAX_FITTED_CUSTOMERS, MIN_RETURNING_CUSTOMERS, sample


@dataclass(frozen=True, slots=True)
class OrderValue:
    """The constants of Gamma-Gamma for all customers, each > 0; `v` is in the unit of the amounts."""

    p: float
    q: float
    v: float


def fit_order_value(*, repeats: Floats, mean: Floats) -> OrderValue | None:
    """Return the maximum-likelihood constants; None with too few returning customers or without a valid fit.

    repeats: (n,) orders after the first; mean: (n,) their average value. Customers with either at 0 are
    ignored. A fit with q ≤ 1 is invalid: the average of all customers would be infinite.
    """
    returned = (repeats > 0) & (mean > 0)
    if np.count_nonzero(returned) < MIN_RETURNING_CUSTOMERS:
        return None
    table = sample(np.stack([repeats[returned], mean[returned]], axis=1), limit=MAX_FITTED_CUSTOMERS)
    count, average = table[:, 0], table[:, 1]

    def likelihood(usual: float, shares: list[float]) -> Likelihood:
        """Return the likelihood of the typical order value, p · v / q, share_of(p) and share_of(q)."""
        return _likelihood(usual, shares, count, average)

    usual, shares = maximize_likelihood(
        likelihood, scale=float(np.median(average)), shares=[share_of(1.0), share_of(2.0)]
    )
    value = _value_of(usual, shares)
    return None if value.q <= 1 else OrderValue(rounded(value.p), rounded(value.q), rounded(value.v))


def expected_value(value: OrderValue, *, repeats: Floats, mean: Floats) -> Floats:
    """Return the expected value of an order of each customer: (n,), in the unit of the amounts.

    The less is known about a customer, the closer to the average of all; without returns it is the average.
    """
    return value.p * (value.v + repeats * mean) / (value.p * repeats + value.q - 1)


def _value_of(usual: float, shares: list[float]) -> OrderValue:
    """Return the constants for the typical order value, p · v / q, share_of(p) and share_of(q)."""
    p, q = map(constant_of, shares)
    return OrderValue(p, q, usual * q / p)


def _likelihood(usual: float, shares: list[float], count: Floats, mean: Floats) -> Likelihood:
    """Return the mean log-likelihood; equation 1a of the 2013 note."""
    value = _value_of(usual, shares)
    p, q, v = value.p, value.q, value.v
    shape, total = p * count, count * mean
    by_total, by_v = np.log1p(v / total), np.log1p(total / v)
    likelihood = -betaln(shape, q) - np.log(mean) - shape * by_total - q * by_v
    along_shape = digamma(shape + q) - digamma(shape) - by_total
    along_v = float(np.mean((q * total / v - shape) / (total + v)))
    along_p = float(np.mean(count * along_shape)) - along_v * v / p
    along_q = float(np.mean(digamma(shape + q) - digamma(q) - by_v)) + along_v * v / q
    return Likelihood(
        float(np.mean(likelihood)),
        [along_v * v / usual, -along_p / shares[0] ** 2, -along_q / shares[1] ** 2],
    )
