"""Value at risk and expected shortfall of returns: positive losses, negative where even the tail gains.

`alpha` is the probability of the tail: 0.05 asks for the loss exceeded in 5 % of the periods. Above 0.5 it
is read as a confidence, so that 0.95 asks for the same. `value` scales the fraction to money.
"""

from __future__ import annotations

from math import nan
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.limits import TOLERANCE
from bt_risk.maths.series import known

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

MIN_RETURNS = 20  # fewer say too little about a tail


def historical_var(
    returns: ArrayLike, *, alpha: float = 0.05, value: float = 1.0, min_returns: int = MIN_RETURNS
) -> float:
    """Return the negated alpha-quantile of the returns, interpolated linearly, times `value`.

    NaN for fewer than `min_returns` returns, one that is not finite, or an alpha outside (0, 1).
    """
    series, tail = tail_sample(returns, alpha, min_returns)
    return -float(np.quantile(series, tail)) * value if series.size else nan


def historical_es(
    returns: ArrayLike, *, alpha: float = 0.05, value: float = 1.0, min_returns: int = MIN_RETURNS
) -> float:
    """Return the negated mean of the returns at or below the alpha-quantile, times `value`.

    NaN as in `historical_var`, which it is never below.
    """
    series, tail = tail_sample(returns, alpha, min_returns)
    if not series.size:
        return nan
    quantile = float(np.quantile(series, tail))
    tail_mean = float(series[series <= quantile + TOLERANCE * abs(quantile)].mean())
    # The mean of equal returns can differ from each of them by float dust.
    return -min(tail_mean, quantile) * value


def normal_var(
    returns: ArrayLike, *, alpha: float = 0.05, value: float = 1.0, min_returns: int = MIN_RETURNS
) -> float:
    """Return -(mean + z(alpha) * deviation) * value, the quantile of a normal fitted to the returns.

    The deviation is the sample's. NaN as in `historical_var`.
    """
    series, tail = tail_sample(returns, alpha, min_returns)
    if not series.size:
        return nan
    return -float(series.mean() + NormalDist().inv_cdf(tail) * series.std(ddof=1)) * value


def normal_es(
    returns: ArrayLike, *, alpha: float = 0.05, value: float = 1.0, min_returns: int = MIN_RETURNS
) -> float:
    """Return (deviation * density(z(alpha)) / alpha - mean) * value, the mean tail loss of a fitted normal.

    The deviation is the sample's. NaN as in `historical_var`.
    """
    series, tail = tail_sample(returns, alpha, min_returns)
    if not series.size:
        return nan
    normal = NormalDist()
    return float(series.std(ddof=1) * normal.pdf(normal.inv_cdf(tail)) / tail - series.mean()) * value


def tail_sample(
    returns: ArrayLike, alpha: float, min_returns: int = MIN_RETURNS
) -> tuple[NDArray[np.float64], float]:
    """Return the returns as an array and the probability of the tail, at most a half.

    No returns stand for an undefined measure: too few, one not finite, or an alpha outside (0, 1).
    """
    series = known(returns)
    tail = 1.0 - alpha if alpha > 0.5 else alpha
    if series.size < max(min_returns, 2) or not 0.0 < tail <= 0.5:
        return np.empty(0), nan
    return series, tail
