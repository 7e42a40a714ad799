"""Returns and their yearly summaries. Every rate is a fraction; a NaN in a series makes its summary NaN."""

from __future__ import annotations

from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

DAYS_PER_YEAR = 365.25


def simple_returns(values: ArrayLike) -> NDArray[np.float64]:
    """Return value / previous value - 1, one shorter than `values`; NaN after a value of zero or less."""
    series = np.asarray(values, dtype=np.float64)
    previous = np.where(series[:-1] > 0.0, series[:-1], nan)
    return series[1:] / previous - 1.0


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
    series = np.asarray(returns, dtype=np.float64)
    if series.size <= ddof:
        return nan
    return float(series.std(ddof=ddof)) * sqrt(periods_per_year)


def sharpe_ratio(returns: ArrayLike, periods_per_year: float, risk_free: float = 0.0) -> float:
    """Return mean / deviation of the excess returns, times the root of `periods_per_year` (Sharpe 1994).

    `risk_free` is a yearly rate, compounded down to a period; the deviation is the sample's. NaN for fewer
    than two returns and for constant ones.
    """
    series = np.asarray(returns, dtype=np.float64)
    # A constant series has a deviation of float dust rather than zero, hence the comparison of its ends.
    if series.size < 2 or series.max() == series.min():
        return nan
    excess = series - ((1.0 + risk_free) ** (1.0 / periods_per_year) - 1.0)
    return float(excess.mean() / excess.std(ddof=1)) * sqrt(periods_per_year)


def periods_per_year(days: ArrayLike) -> float:
    """Return how many bars a year holds: (bars - 1) / (last - first) * 365.25, with ascending times in days.

    About 252 for daily stocks, 365 for daily crypto; weekends, holidays and sessions are counted as they
    came. NaN for fewer than two bars or without time between them.
    """
    times = np.asarray(days, dtype=np.float64)
    if times.size < 2 or not times[-1] > times[0]:
        return nan
    return float((times.size - 1) / (times[-1] - times[0]) * DAYS_PER_YEAR)
