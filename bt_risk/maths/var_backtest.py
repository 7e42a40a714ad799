"""Did the forecasts of value at risk hold? Tests of how many exceptions there were, and of how they cluster.

An exception is a loss above the value at risk that was forecast for it. `alpha` is the probability of one that the
forecast claims; above 0.5 it is read as a confidence.
"""

from __future__ import annotations

from math import log, nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bt_risk.maths.distributions import binomial_cdf, chi_square_tail
from bt_risk.maths.limits import TOLERANCE, at_least

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SIGNIFICANCE = 0.05
YELLOW_FROM, RED_FROM = 0.95, 0.9999  # probability of no more exceptions than seen, under a right model


class Verdict(NamedTuple):
    """The outcome of a test: `is_rejected` where `p_value` <= the significance asked for.

    Where nothing could be tested, the numbers are NaN, `is_rejected` is None and `reason` says why.
    """

    statistic: float
    p_value: float
    is_rejected: bool | None
    reason: str = ""


class TrafficLight(NamedTuple):
    """The zone of a count of exceptions, "green", "yellow" or "red", and from which counts on the other two begin.

    `cumulative` is the probability of no more exceptions than seen under a right model, `p_value` that of at least as
    many.
    """

    zone: str
    cumulative: float
    p_value: float
    yellow_from: int
    red_from: int


def undefined(reason: str) -> Verdict:
    """Return the verdict of a test that could not be made."""
    return Verdict(nan, nan, None, reason)


def exceptions(returns: ArrayLike, var: ArrayLike) -> NDArray[np.bool_]:
    """Return whether each loss exceeded its forecast, over the returns that have one; a loss at it did not."""
    losses, limits = -np.asarray(returns, dtype=np.float64), np.asarray(var, dtype=np.float64)
    is_known = np.isfinite(losses) & np.isfinite(limits)
    losses, limits = losses[is_known], limits[is_known]
    return np.asarray(losses - limits > TOLERANCE * np.maximum(np.abs(losses), np.abs(limits)))


def kupiec(
    count: int, observations: int, alpha: float = 0.05, *, significance: float = SIGNIFICANCE
) -> Verdict:
    """Test whether the share of exceptions is alpha: the proportion of failures of Kupiec (1995).

    -2 * ln[(1 - alpha) ** (n - x) * alpha ** x / ((1 - x / n) ** (n - x) * (x / n) ** x)], chi-square with 1 degree of
    freedom. It rejects too few exceptions as well as too many. Undefined without observations.
    """
    tail = _tail(alpha)
    if not 0 <= count <= observations or observations < 1 or not 0.0 < tail < 1.0:
        return undefined("no forecast was tested")
    likelihood = _log_likelihood(count, observations - count, tail)
    best = _log_likelihood(count, observations - count, count / observations)
    return _judged(2.0 * (best - likelihood), 1, significance)


def christoffersen_independence(hits: ArrayLike, *, significance: float = SIGNIFICANCE) -> Verdict:
    """Test whether an exception is as likely after an exception as after none (Christoffersen 1998).

    The likelihood ratio of a first-order Markov chain against independent exceptions, chi-square with 1 degree of
    freedom. Undefined without an exception before the last observation, or with nothing else: there is nothing to
    compare.
    """
    series = np.asarray(hits, dtype=bool)
    ratio = _independence_ratio(series)
    if not series[:-1].any():
        return undefined("no exception before the last observation")
    if series[:-1].all():
        return undefined("nothing but exceptions before the last observation")
    return _judged(ratio, 1, significance)


def christoffersen_coverage(
    hits: ArrayLike, alpha: float = 0.05, *, significance: float = SIGNIFICANCE
) -> Verdict:
    """Test whether exceptions are as many as claimed and independent: conditional coverage (Christoffersen 1998).

    Kupiec's statistic plus that of independence, chi-square with 2 degrees of freedom. Without an exception the second
    is 0, as both of its likelihoods are 1. Undefined without observations.
    """
    series = np.asarray(hits, dtype=bool)
    proportion = kupiec(int(series.sum()), series.size, alpha)
    if proportion.is_rejected is None:
        return proportion
    return _judged(proportion.statistic + _independence_ratio(series), 2, significance)


def traffic_light(count: int, observations: int, alpha: float = 0.01) -> TrafficLight | None:
    """Return the zone of the Basel committee (1996) for any number of observations and any level.

    Green below the first count that a right model stays at or under with a probability of 95 %, red from the first one
    with 99.99 %: for 250 observations at 1 % yellow from 5 and red from 10. None without observations.
    """
    tail = _tail(alpha)
    if not 0 <= count <= observations or observations < 1 or not 0.0 < tail < 1.0:
        return None
    yellow, red = (_first_count(observations, tail, level) for level in (YELLOW_FROM, RED_FROM))
    zone = "red" if count >= red else "yellow" if count >= yellow else "green"
    fewer = binomial_cdf(count - 1, observations, tail)
    return TrafficLight(zone, binomial_cdf(count, observations, tail), 1.0 - fewer, yellow, red)


def _tail(alpha: float) -> float:
    return 1.0 - alpha if alpha > 0.5 else alpha


def _judged(statistic: float, degrees: int, significance: float) -> Verdict:
    # The ratio of likelihoods is never below 1 but for float dust.
    statistic = max(float(statistic), 0.0)
    p_value = chi_square_tail(statistic, degrees)
    return Verdict(statistic, p_value, at_least(significance, p_value))


def _independence_ratio(series: NDArray[np.bool_]) -> float:
    before, after = series[:-1], series[1:]
    repeated, lone = int((before & after).sum()), int((before & ~after).sum())
    fresh, quiet = int((~before & after).sum()), int((~before & ~after).sum())
    total = repeated + lone + fresh + quiet
    if not total:
        return 0.0
    alike = _log_likelihood(repeated + fresh, lone + quiet, (repeated + fresh) / total)
    chain = _log_likelihood(repeated, lone, repeated / max(repeated + lone, 1))
    chain += _log_likelihood(fresh, quiet, fresh / max(fresh + quiet, 1))
    return 2.0 * (chain - alike)


def _log_likelihood(hits: int, misses: int, probability: float) -> float:
    # What never happened adds nothing, also where its probability is 0.
    return (hits * log(probability) if hits else 0.0) + (misses * log(1.0 - probability) if misses else 0.0)


def _first_count(observations: int, tail: float, level: float) -> int:
    low, high = 0, observations
    while low < high:
        middle = (low + high) // 2
        if at_least(binomial_cdf(middle, observations, tail), level):
            high = middle
        else:
            low = middle + 1
    return low
