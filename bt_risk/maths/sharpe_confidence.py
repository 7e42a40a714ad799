"""How far a Sharpe ratio can be believed: the chance that the true one exceeds a benchmark, or the luck of the best.

Ratios here are those of one period, not of a year. `skew` and `kurtosis` are skewness and excess kurtosis over n.
"""

from __future__ import annotations

from math import e, nan, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.moments import excess_kurtosis, skewness
from bt_risk.maths.returns import sharpe_ratio

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

EULER_MASCHERONI = 0.5772156649015329


def probability_of_sharpe(
    sharpe: float, periods: int, *, skew: float = 0.0, kurtosis: float = 0.0, benchmark: float = 0.0
) -> float:
    """Return the probability that the true ratio exceeds `benchmark` (Bailey and Lopez de Prado 2012).

    N((sharpe - benchmark) * sqrt(periods - 1) / sqrt(1 - skew * sharpe + (kurtosis + 2) / 4 * sharpe ** 2)), with N the
    normal distribution. NaN for fewer than two periods or where the variance of the estimate is not positive.
    """
    variance = 1.0 - skew * sharpe + (kurtosis + 2.0) / 4.0 * sharpe * sharpe
    if periods < 2 or not variance > 0.0:
        return nan
    return NormalDist().cdf((sharpe - benchmark) * sqrt(periods - 1) / sqrt(variance))


def best_sharpe_by_chance(trials: float, variance: float) -> float:
    """Return the highest ratio to expect of `trials` strategies that all have none (Bailey and Lopez de Prado 2014).

    sqrt(variance) * ((1 - g) * Z(1 - 1 / trials) + g * Z(1 - 1 / (trials * e))), with `variance` that of the ratios
    tried, g the constant of Euler and Mascheroni and Z the normal quantile. 0 for one trial; NaN for fewer, or for a
    variance below zero.
    """
    if not trials >= 1.0 or not variance >= 0.0:
        return nan
    if trials == 1.0:
        return 0.0
    quantile = NormalDist().inv_cdf
    expected = (1.0 - EULER_MASCHERONI) * quantile(1.0 - 1.0 / trials)
    expected += EULER_MASCHERONI * quantile(1.0 - 1.0 / (trials * e))
    return sqrt(variance) * expected


def probabilistic_sharpe(returns: ArrayLike, benchmark: float = 0.0) -> float:
    """Return the probability that the true ratio of these returns exceeds `benchmark`; see `probability_of_sharpe`.

    The deviation in the ratio is the sample's. NaN for fewer than two returns, constant ones, or one that is not
    finite.
    """
    sharpe = sharpe_ratio(returns, 1.0)
    return probability_of_sharpe(
        sharpe,
        np.size(returns),
        skew=skewness(returns),
        kurtosis=excess_kurtosis(returns),
        benchmark=benchmark,
    )


def deflated_sharpe(returns: ArrayLike, trials: float, variance: float) -> float:
    """Return `probabilistic_sharpe` above what the best of `trials` would have shown by chance.

    `variance` is that of the ratios of all strategies tried, of one period each. Undefined where either part is.
    """
    return probabilistic_sharpe(returns, best_sharpe_by_chance(trials, variance))
