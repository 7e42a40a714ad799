"""Value at risk and expected shortfall of a Student's t with the returns' mean and variance.

Signs, `alpha`, `value` and what is undefined are those of `value_at_risk`.
"""

from __future__ import annotations

from math import inf, isnan, nan, sqrt
from typing import TYPE_CHECKING

from bt_risk.maths.distributions import student_t_density, student_t_quantile
from bt_risk.maths.moments import excess_kurtosis
from bt_risk.maths.series import known
from bt_risk.maths.value_at_risk import MIN_RETURNS, normal_es, normal_var, tail_sample

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


def student_t_degrees(returns: ArrayLike) -> float:
    """Return 4 + 6 / K, the degrees of freedom whose excess kurtosis K is that of the returns: the method of moments.

    Never below 4; infinite, which is the normal, for a K of zero or less and for returns that do not vary. NaN for
    fewer than two returns or one that is not finite. Greatest likelihood would fit days without a position, whose
    returns are zero, by a peak: the tail it then leaves is far too thin.
    """
    series = known(returns)
    if series.size < 2:
        return nan
    kurtosis = excess_kurtosis(series)
    return 4.0 + 6.0 / kurtosis if kurtosis > 0.0 else inf


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
