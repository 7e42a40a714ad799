"""Returns and their yearly summaries. Every rate is a fraction.

A return that is not finite makes the summary of its series NaN: a gap in the record is not a return of zero.
"""

from __future__ import annotations

from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.series import is_constant, known

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

DAYS_PER_YEAR = 365.25


def simple_returns(values: ArrayLike) -> NDArray[np.float64]:
    """Return value / previous value - 1, one shorter than `values`; NaN after a value of zero or less."""
    series = np.asarray(values, dtype=np.float64)
    previous = np.where((series[:-1] > 0.0) & np.isfinite(series[:-1]), series[:-1], nan)
    return series[1:] / previous - 1.0


def known_returns(values: ArrayLike) -> NDArray[np.float64]:
    """Return value / last finite value before - 1, one shorter than `values`: a gap joins the period after it.

    NaN at a value that is not finite, and after one of zero or less.
    """
    series = np.asarray(values, dtype=np.float64)
    returns = np.full(max(series.size - 1, 0), nan)
    known_at = np.flatnonzero(np.isfinite(series))
    returns[known_at[1:] - 1] = simple_returns(series[known_at])
    return returns


def total_return(first: float, last: float) -> float:
    """Return last / first - 1; NaN for a first value of zero or less."""
    return last / first - 1.0 if first > 0.0 else nan


def cagr(first: float, last: float, years: float) -> float:
    """Return the compound annual growth rate, (last / first) ** (1 / years) - 1.

    NaN for a first value of zero or less, a last one below zero, or no time passed.
    """
    if not (first > 0.0 and last >= 0.0 and years > 0.0):
        return nan
    return float((last / first) ** (1.0 / years) - 1.0)


def annualised_volatility(returns: ArrayLike, periods_per_year: float, *, ddof: int = 1) -> float:
    """Return the standard deviation of `returns` times the square root of `periods_per_year`.

    The sample estimator (`ddof=1`) by default, the population's with `ddof=0`. NaN for `ddof` returns or
    fewer.
    """
    series = known(returns)
    if series.size <= ddof or not periods_per_year > 0.0:
        return nan
    return float(series.std(ddof=ddof)) * sqrt(periods_per_year)


def sharpe_ratio(returns: ArrayLike, periods_per_year: float, risk_free: float = 0.0) -> float:
    """Return mean / deviation of the excess returns, times the root of `periods_per_year` (Sharpe 1994).

    `risk_free` is a yearly rate, compounded down to a period; the deviation is the sample's. NaN for fewer
    than two returns and for constant ones.
    """
    series = known(returns)
    if is_constant(series) or not periods_per_year > 0.0:
        return nan
    excess = series - _per_period(risk_free, periods_per_year)
    return float(excess.mean() / excess.std(ddof=1)) * sqrt(periods_per_year)


def sortino_ratio(returns: ArrayLike, periods_per_year: float, risk_free: float = 0.0) -> float:
    """Return mean / downside deviation of the excess returns, times the root of `periods_per_year`.

    The downside deviation is the root of the mean square of the negative excess returns over all periods
    (Sortino and van der Meer 1991). NaN for fewer than two returns and without a negative excess.
    """
    series = known(returns)
    if series.size < 2 or not periods_per_year > 0.0:
        return nan
    excess = series - _per_period(risk_free, periods_per_year)
    downside = sqrt(float(np.mean(np.minimum(excess, 0.0) ** 2)))
    return float(excess.mean()) / downside * sqrt(periods_per_year) if downside > 0.0 else nan


def beta(returns: ArrayLike, benchmark: ArrayLike) -> float:
    """Return the covariance of `returns` with the benchmark's over the benchmark's variance (Sharpe 1964).

    The two are of the same periods. NaN for fewer than two returns or a benchmark that does not move.
    """
    series, market = known(returns), known(benchmark)
    if not series.size or is_constant(market):
        return nan
    market = market - market.mean()
    return float((series - series.mean()) @ market / (market @ market))


def periods_per_year(days: ArrayLike) -> float:
    """Return how many bars a year holds: (bars - 1) / (last - first) * 365.25, with ascending times in days.

    About 252 for daily stocks, 365 for daily crypto; weekends, holidays and sessions are counted as they
    came. NaN for fewer than two bars or without time between them.
    """
    times = np.asarray(days, dtype=np.float64)
    if times.size < 2 or not times[-1] > times[0]:
        return nan
    return float((times.size - 1) / (times[-1] - times[0]) * DAYS_PER_YEAR)


def _per_period(yearly: float, periods_per_year: float) -> float:
    return float((1.0 + yearly) ** (1.0 / periods_per_year) - 1.0)
