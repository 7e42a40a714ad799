"""What a record of closed trades says about the trades to come: expectancy, system quality, profit factor, Kelly.

R multiples are profits over the planned risk. Losses are negative in the records. Undefined is NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan, sqrt
from statistics import fmean, stdev
from typing import NamedTuple

from bt_risk.maths.distributions import student_t_quantile
from bt_risk.maths.kelly import kelly_full
from bt_risk.maths.limits import TOLERANCE
from bt_risk.maths.trade_stats import win_loss_averages, win_rate_lower_bound

CONFIDENCE = 0.95
# Tharp's score counts no more trades than these, so that a long record of a small edge does not look like a large one.
MOST_TRADES = 100


class Interval(NamedTuple):
    """An estimate with the two ends of its confidence interval."""

    mean: float
    low: float
    high: float


class KellyEstimate(NamedTuple):
    """Full Kelly fraction of a record, and with its win rate at the lower bound."""

    full: float
    lower_bound: float
    win_rate_lower_bound: float


def mean_interval(values: Sequence[float], confidence: float = CONFIDENCE) -> Interval:
    """Return the mean and its two-sided interval by Student's t: mean -+ t * s / sqrt(n), n - 1 degrees (Gosset 1908).

    Exact for normal values, and by the central limit theorem about right for many of them. The ends are NaN for
    fewer than two values, all of it for none, and for a confidence outside (0, 1).
    """
    if not values or not 0.0 < confidence < 1.0:
        return Interval(nan, nan, nan)
    mean = fmean(values)
    if len(values) < 2:
        return Interval(mean, nan, nan)
    margin = student_t_quantile(0.5 + confidence / 2.0, len(values) - 1.0) * stdev(values) / sqrt(len(values))
    return Interval(mean, mean - margin, mean + margin)


def system_quality(multiples: Sequence[float], *, most: float = MOST_TRADES) -> float:
    """Return sqrt(min(n, most)) * mean / deviation of the R multiples: the system quality number (Tharp 2008).

    The sample's deviation. NaN for fewer than two trades, or where all made the same.
    """
    if len(multiples) < 2:
        return nan
    deviation = stdev(multiples)
    if deviation <= TOLERANCE * max(map(abs, multiples)):
        return nan
    return sqrt(min(len(multiples), most)) * fmean(multiples) / deviation


def profit_factor(pnls: Sequence[float]) -> float:
    """Return the sum of the wins over the sum of the losses, as a positive amount; NaN without a loss."""
    lost = -sum(pnl for pnl in pnls if pnl < 0.0)
    return sum(pnl for pnl in pnls if pnl > 0.0) / lost if lost > 0.0 else nan


def kelly_estimate(pnls: Sequence[float], confidence: float = CONFIDENCE) -> KellyEstimate:
    """Return the full Kelly fraction W - (1 - W) / R of closed trades (Kelly 1956), and what is sure of it.

    W is the share of wins, R mean win / mean loss; the lower bound takes Wilson's one-sided bound of W at
    `confidence` and the same R. Both are negative without an edge. NaN without a win or without a loss.
    """
    win_rate, average_win, average_loss = win_loss_averages(pnls)
    bound = win_rate_lower_bound(win_rate, len(pnls), confidence)
    ratio = average_win / average_loss
    if not isfinite(ratio):
        return KellyEstimate(nan, nan, bound)
    return KellyEstimate(kelly_full(win_rate, ratio), kelly_full(bound, ratio), bound)
