"""Did the forecasts of expected shortfall hold? The first two tests of Acerbi and Szekely (2014).

Both are 0 on average where the forecasts are right and negative where losses were worse than forecast, so that they
reject on one side. Their distribution is simulated: exceptions come independently with the claimed probability, and
the loss beyond the value at risk is that of the Student's t whose ES / VaR is the forecasts' own (its median), the
normal's where that is the lower.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.implied_tail import implied_degrees, tail_excesses
from bt_risk.maths.limits import at_least
from bt_risk.maths.var_backtest import SIGNIFICANCE, Verdict, exceptions, undefined

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

SIMULATIONS = 1_000
_DRAWS_AT_ONCE = 1_000_000


def shortfall_backtests(
    returns: ArrayLike,
    var: ArrayLike,
    es: ArrayLike,
    alpha: float = 0.05,
    *,
    significance: float = SIGNIFICANCE,
) -> tuple[Verdict, Verdict]:
    """Return the verdicts of `shortfall_severity` and `shortfall_coverage`, from one simulation."""
    tail = 1.0 - alpha if alpha > 0.5 else alpha
    rows = np.array([-np.asarray(returns, dtype=np.float64), var, es], dtype=np.float64)
    rows = rows[:, np.isfinite(rows).all(axis=0)]
    if not rows.size or not 0.0 < tail < 0.5:
        return (undefined("no forecast was tested"),) * 2
    is_loss = (rows[1:] > 0.0).all(axis=0)
    losses, limits, shortfalls = rows[:, is_loss]
    if not losses.size:
        return (undefined("no forecast is a loss"),) * 2
    left_out = int((~is_loss).sum())
    reason = f"{left_out} forecasts that are no loss are left out" if left_out else ""
    is_hit = exceptions(-losses, limits)
    count = np.array([int(is_hit.sum())])
    expected = losses.size * tail
    found = _statistics(count, losses[is_hit] / shortfalls[is_hit], expected)
    severity, coverage = (
        _judged(float(statistic[0]), row, significance, reason)
        for statistic, row in zip(found, _simulated(limits / shortfalls, tail), strict=True)
    )
    return severity if is_hit.any() else undefined("no exception"), coverage


def shortfall_severity(
    returns: ArrayLike,
    var: ArrayLike,
    es: ArrayLike,
    alpha: float = 0.05,
    *,
    significance: float = SIGNIFICANCE,
) -> Verdict:
    """Test the size of the exceptions alone: Z1 = 1 - mean(loss / ES) over the exceptions.

    Forecasts that are no loss are left out, as `reason` then says. Undefined without an exception.
    """
    return shortfall_backtests(returns, var, es, alpha, significance=significance)[0]


def shortfall_coverage(
    returns: ArrayLike,
    var: ArrayLike,
    es: ArrayLike,
    alpha: float = 0.05,
    *,
    significance: float = SIGNIFICANCE,
) -> Verdict:
    """Test number and size of the exceptions at once: Z2 = 1 - sum(loss / ES) over the exceptions / (n * alpha).

    About -0.7 is the 5 % point of 250 observations at 2.5 %, whatever the tail. Forecasts that are no loss are left
    out, as `reason` then says. Undefined without others.
    """
    return shortfall_backtests(returns, var, es, alpha, significance=significance)[1]


def _judged(statistic: float, simulated: NDArray[np.float64], significance: float, reason: str) -> Verdict:
    decided = simulated[np.isfinite(simulated)]
    p_value = (1 + int((decided <= statistic).sum())) / (1 + decided.size)
    return Verdict(statistic, p_value, at_least(significance, p_value), reason)


def _simulated(limits: NDArray[np.float64], tail: float) -> NDArray[np.float64]:
    # Both statistics of every trial; `limits` are VaR over ES. The seed is fixed: the same forecasts get the same
    # verdict.
    random = np.random.default_rng(0)
    degrees = implied_degrees(float(np.median(1.0 / limits)), tail)
    expected = limits.size * tail
    block = max(1, int(_DRAWS_AT_ONCE / (expected + 1.0)))
    parts = []
    for first in range(0, SIMULATIONS, block):
        counts = random.binomial(limits.size, tail, min(block, SIMULATIONS - first))
        at = limits[random.integers(0, limits.size, counts.sum())]
        ratios = at + (1.0 - at) * tail_excesses(degrees, tail, 1.0 - random.random(at.size))
        parts.append(_statistics(counts, ratios, expected))
    return np.concatenate(parts, axis=1)


def _statistics(
    counts: NDArray[np.int64], ratios: NDArray[np.float64], expected: float
) -> NDArray[np.float64]:
    # Z1 and Z2 for each count of exceptions, whose losses over ES follow one another in `ratios`.
    owners = np.repeat(np.arange(counts.size), counts)
    sums = np.bincount(owners, weights=ratios, minlength=counts.size)
    divisors = [np.where(counts > 0, counts, nan), np.full(counts.size, expected)]
    return np.asarray(1.0 - sums / np.array(divisors))
