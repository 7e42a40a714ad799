"""Did the forecasts of expected shortfall hold? The first two tests of Acerbi and Szekely (2014).

Both are 0 on average where the forecasts are right and negative where losses were worse than forecast, so that they
reject on one side. Their distribution is simulated: exceptions come independently with the claimed probability, and
the loss beyond the value at risk is exponential with the mean that the two forecasts leave, ES - VaR. The tail of a
normal is a little thinner than that, that of a t fatter.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.limits import at_least
from bt_risk.maths.var_backtest import SIGNIFICANCE, Verdict, undefined

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SIMULATIONS = 2_000
_DRAWS_AT_ONCE = 1_000_000


def shortfall_severity(
    returns: ArrayLike,
    var: ArrayLike,
    es: ArrayLike,
    alpha: float = 0.05,
    *,
    significance: float = SIGNIFICANCE,
) -> Verdict:
    """Test the size of the exceptions alone: Z1 = 1 - mean(loss / ES) over the exceptions.

    Undefined without an exception, or with a forecast ES that is no loss.
    """
    return _judged(returns, var, es, alpha, significance, is_severity=True)


def shortfall_coverage(
    returns: ArrayLike,
    var: ArrayLike,
    es: ArrayLike,
    alpha: float = 0.05,
    *,
    significance: float = SIGNIFICANCE,
) -> Verdict:
    """Test number and size of the exceptions at once: Z2 = 1 - sum(loss / ES) over the exceptions / (n * alpha).

    About -0.7 is the 5 % point of 250 observations at 2.5 %, whatever the tail. Undefined without observations, or with
    a forecast ES that is no loss.
    """
    return _judged(returns, var, es, alpha, significance, is_severity=False)


def _judged(
    returns: ArrayLike,
    var: ArrayLike,
    es: ArrayLike,
    alpha: float,
    significance: float,
    *,
    is_severity: bool,
) -> Verdict:
    tail = 1.0 - alpha if alpha > 0.5 else alpha
    rows = np.array([-np.asarray(returns, dtype=np.float64), var, es], dtype=np.float64)
    losses, limits, shortfalls = rows[:, np.isfinite(rows).all(axis=0)]
    if not losses.size or not 0.0 < tail <= 0.5:
        return undefined("no forecast was tested")
    if shortfalls.min() <= 0.0:
        return undefined("a forecast expected shortfall is no loss")
    is_hit = losses > limits
    if is_severity and not is_hit.any():
        return undefined("no exception")
    statistic = _statistics(
        np.array([int(is_hit.sum())]), losses[is_hit] / shortfalls[is_hit], losses.size * tail, is_severity
    )[0]
    simulated = _simulated(limits / shortfalls, tail, is_severity)
    worse = int((simulated <= statistic).sum())
    p_value = (1 + worse) / (1 + simulated.size)
    return Verdict(float(statistic), p_value, at_least(significance, p_value))


def _simulated(limits: NDArray[np.float64], tail: float, is_severity: bool) -> NDArray[np.float64]:
    # `limits` are VaR over ES. The seed is fixed: the same forecasts get the same verdict.
    random = np.random.default_rng(0)
    expected = limits.size * tail
    block = max(1, int(_DRAWS_AT_ONCE / (expected + 1.0)))
    parts = []
    for first in range(0, SIMULATIONS, block):
        counts = random.binomial(limits.size, tail, min(block, SIMULATIONS - first))
        at = limits[random.integers(0, limits.size, counts.sum())]
        ratios = at + (1.0 - at) * random.exponential(size=at.size)
        parts.append(_statistics(counts, ratios, expected, is_severity))
    simulated = np.concatenate(parts)
    return simulated[np.isfinite(simulated)]


def _statistics(
    counts: NDArray[np.int64], ratios: NDArray[np.float64], expected: float, is_severity: bool
) -> NDArray[np.float64]:
    # One statistic for each count of exceptions, whose losses over ES follow one another in `ratios`.
    owners = np.repeat(np.arange(counts.size), counts)
    sums = np.bincount(owners, weights=ratios, minlength=counts.size)
    divisors = np.where(counts > 0, counts, nan) if is_severity else np.full(counts.size, expected)
    return np.asarray(1.0 - sums / divisors)
