"""Value at risk and expected shortfall by the expansion of Cornish and Fisher: a normal bent by skewness and kurtosis.

z' = z + (z ** 2 - 1) * S / 6 + (z ** 3 - 3 * z) * K / 24 - (2 * z ** 3 - 5 * z) * S ** 2 / 36

with S the skewness and K the excess kurtosis of the returns, over n (Cornish and Fisher 1938, Zangari 1996). It orders
losses only where z' rises with z; outside that domain a rarer loss could come out smaller, and everything here is NaN.
Signs, `alpha` and `value` are those of `value_at_risk`.
"""

from __future__ import annotations

from math import nan
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.moments import excess_kurtosis, skewness
from bt_risk.maths.value_at_risk import MIN_RETURNS, tail_sample

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def is_cornish_fisher_monotone(skew: float, kurtosis: float) -> bool:
    """Return whether z' rises with z everywhere, given skewness and excess kurtosis (Maillard 2012).

    S ** 2 / 9 <= 4 * (K / 8 - S ** 2 / 6) * (1 - K / 8 + 5 * S ** 2 / 36), with the first factor not negative. False
    for a NaN.
    """
    bend = kurtosis / 8.0 - skew * skew / 6.0
    level = 1.0 - kurtosis / 8.0 + 5.0 * skew * skew / 36.0
    return bend >= 0.0 and skew * skew / 9.0 <= 4.0 * bend * level


def cornish_fisher_var(
    returns: ArrayLike, *, alpha: float = 0.05, value: float = 1.0, min_returns: int = MIN_RETURNS
) -> float:
    """Return -(mean + z'(alpha) * deviation) * value; the deviation is the sample's.

    NaN as in `historical_var`, for constant returns and outside the domain (`is_cornish_fisher_monotone`).
    """
    series, tail, skew, kurtosis = _shape(returns, alpha, min_returns)
    if not series.size:
        return nan
    z = NormalDist().inv_cdf(tail)
    bent = (
        z
        + (z**2 - 1.0) * skew / 6.0
        + (z**3 - 3.0 * z) * kurtosis / 24.0
        - (2.0 * z**3 - 5.0 * z) * skew**2 / 36.0
    )
    return -(float(series.mean()) + bent * float(series.std(ddof=1))) * value


def cornish_fisher_es(
    returns: ArrayLike, *, alpha: float = 0.05, value: float = 1.0, min_returns: int = MIN_RETURNS
) -> float:
    """Return the mean of the losses that `cornish_fisher_var` gives for every tail up to alpha.

    The mean of z' below the alpha-quantile z of the normal, with f its density there:
    -f / alpha * (1 + z * S / 6 + (z ** 2 - 1) * K / 24 - (2 * z ** 2 - 1) * S ** 2 / 36), since the antiderivative of
    each Hermite polynomial times the density is the one before it times the density. NaN as in `cornish_fisher_var`.
    """
    series, tail, skew, kurtosis = _shape(returns, alpha, min_returns)
    if not series.size:
        return nan
    z = NormalDist().inv_cdf(tail)
    bent = (
        1.0 + z * skew / 6.0 + (z**2 - 1.0) * kurtosis / 24.0 - (2.0 * z**2 - 1.0) * skew**2 / 36.0
    ) * -NormalDist().pdf(z)
    return -(float(series.mean()) + bent / tail * float(series.std(ddof=1))) * value


def _shape(
    returns: ArrayLike, alpha: float, min_returns: int
) -> tuple[NDArray[np.float64], float, float, float]:
    series, tail = tail_sample(returns, alpha, min_returns)
    skew, kurtosis = skewness(series), excess_kurtosis(series)
    if not is_cornish_fisher_monotone(skew, kurtosis):
        return np.empty(0), nan, nan, nan
    return series, tail, skew, kurtosis
