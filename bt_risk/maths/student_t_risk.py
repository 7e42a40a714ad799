"""Value at risk and expected shortfall of a Student's t with the returns' mean and variance.

Signs, `alpha`, `value` and what is undefined are those of `value_at_risk`.
"""

from __future__ import annotations

from math import exp, inf, isnan, lgamma, log, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.distributions import digamma, student_t_density, student_t_quantile
from bt_risk.maths.series import is_constant, known
from bt_risk.maths.value_at_risk import MIN_RETURNS, normal_es, normal_var, tail_sample

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

# Below the first the variance all but vanishes from the fit, above the last nothing tells a t from a normal.
_GRID = np.geomspace(0.05, 498.0, 12) + 2.0


def student_t_degrees(returns: ArrayLike) -> float:
    """Return the degrees of freedom of greatest likelihood, the mean and the variance being the sample's.

    Of a t scaled to that variance, so that only the weight of its tails is fitted (Bollerslev 1987). Between 2.05 and
    500; infinite, which is the normal, where the likelihood still rises there or the returns do not vary. NaN for
    fewer than two returns or one that is not finite.
    """
    series = known(returns)
    if series.size < 2:
        return nan
    if is_constant(series):
        return inf
    squares = ((series - series.mean()) / series.std(ddof=1)) ** 2
    slopes = [_slope(degrees, squares) for degrees in _GRID]
    peaks = [float(_GRID[0])] if slopes[0] <= 0.0 else []
    for left in range(len(_GRID) - 1):
        if slopes[left] > 0.0 >= slopes[left + 1]:
            peaks.append(_root(squares, float(_GRID[left]), float(_GRID[left + 1])))
    if slopes[-1] > 0.0:
        peaks.append(float(_GRID[-1]))
    best = max(peaks, key=lambda degrees: _likelihood(degrees, squares))
    return inf if best == _GRID[-1] else best


def student_t_var(
    returns: ArrayLike,
    *,
    alpha: float = 0.05,
    value: float = 1.0,
    min_returns: int = MIN_RETURNS,
    degrees: float | None = None,
) -> float:
    """Return -(mean + deviation * sqrt((v - 2) / v) * t(v, alpha)) * value, with v degrees of freedom.

    The deviation is the sample's; `degrees` above 2 are fitted by `student_t_degrees` where None. NaN as in
    `historical_var`, and for degrees of 2 or less, which have no variance.
    """
    series, tail = tail_sample(returns, alpha, min_returns)
    freedom = _freedom(series, degrees)
    if isnan(freedom):
        return nan
    if freedom == inf:
        return normal_var(series, alpha=tail, value=value, min_returns=min_returns)
    scale = float(series.std(ddof=1)) * sqrt((freedom - 2.0) / freedom)
    return -(float(series.mean()) + scale * student_t_quantile(tail, freedom)) * value


def student_t_es(
    returns: ArrayLike,
    *,
    alpha: float = 0.05,
    value: float = 1.0,
    min_returns: int = MIN_RETURNS,
    degrees: float | None = None,
) -> float:
    """Return (deviation * sqrt((v - 2) / v) * f(q) / alpha * (v + q ** 2) / (v - 1) - mean) * value.

    f is the density of t with v degrees of freedom at its alpha-quantile q (McNeil, Frey and Embrechts 2015, 2.3).
    Arguments and what is undefined as in `student_t_var`.
    """
    series, tail = tail_sample(returns, alpha, min_returns)
    freedom = _freedom(series, degrees)
    if isnan(freedom):
        return nan
    if freedom == inf:
        return normal_es(series, alpha=tail, value=value, min_returns=min_returns)
    quantile = student_t_quantile(tail, freedom)
    density = student_t_density(quantile, freedom)
    mean_loss = density / tail * (freedom + quantile * quantile) / (freedom - 1.0)
    scale = float(series.std(ddof=1)) * sqrt((freedom - 2.0) / freedom)
    return (scale * mean_loss - float(series.mean())) * value


def _freedom(series: NDArray[np.float64], degrees: float | None) -> float:
    if not series.size:
        return nan
    if degrees is None:
        return student_t_degrees(series)
    return degrees if degrees > 2.0 else nan


def _likelihood(degrees: float, squares: NDArray[np.float64]) -> float:
    # Per return, of scores whose squares are given.
    front = lgamma((degrees + 1.0) / 2.0) - lgamma(degrees / 2.0) - log(degrees - 2.0) / 2.0
    spread = float(np.log1p(squares / (degrees - 2.0)).sum()) / squares.size
    return front - (degrees + 1.0) / 2.0 * spread


def _slope(degrees: float, squares: NDArray[np.float64]) -> float:
    # Twice the derivative of `_likelihood` by the degrees.
    rest = degrees - 2.0
    ratio = squares / rest
    spread = ratio + 1.0
    pull = float((ratio / spread).sum()) * (degrees + 1.0) / rest
    front = digamma((degrees + 1.0) / 2.0) - digamma(degrees / 2.0) - 1.0 / rest
    return front + (pull - float(np.log(spread).sum())) / squares.size


def _root(squares: NDArray[np.float64], low: float, high: float) -> float:
    # The false position after Illinois: an end that stays twice in a row counts half, so that both ends move. In the
    # logarithm of degrees - 2, and with the slope times that, the curve is nearly straight.
    def bend(place: float) -> float:
        return _slope(exp(place) + 2.0, squares) * exp(place)

    left, right = log(low - 2.0), log(high - 2.0)
    at_left, at_right = bend(left), bend(right)
    middle, was_left = left, None
    for _ in range(100):
        previous, middle = middle, right - at_right * (right - left) / (at_right - at_left)
        at_middle = bend(middle)
        if abs(middle - previous) <= 1e-13 * max(abs(middle), 1.0) or at_middle == 0.0:
            break
        is_left = at_middle > 0.0
        if is_left:
            left, at_left = middle, at_middle
            at_right = at_right / 2.0 if was_left is True else at_right
        else:
            right, at_right = middle, at_middle
            at_left = at_left / 2.0 if was_left is False else at_left
        was_left = is_left
    return exp(middle) + 2.0
