"""Value at risk and expected shortfall by filtered historical simulation: past surprises at today's volatility.

Each return is divided by the volatility that was expected for it; the tail of these residuals, times the volatility
expected next, is the tail of the next return (Hull and White 1998). The volatility is RiskMetrics' (1996), an
exponentially weighted root mean square. Signs, `alpha` and `value` are those of `value_at_risk`.
"""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.value_at_risk import MIN_RETURNS, historical_es, historical_var

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

DECAY = 0.94  # RiskMetrics' for daily returns
SEED_RETURNS = 20
_VANISHED = 1e-3


def ewma_volatility(returns: ArrayLike, *, decay: float = DECAY) -> NDArray[np.float64]:
    """Return the volatility expected for each return, and for the one after the last: one longer than `returns`.

    variance(t + 1) = decay * variance(t) + (1 - decay) * return(t) ** 2, from the mean square of the first 20 finite
    returns. A return that is not finite leaves it alone. NaN without a finite return, or for a decay outside (0, 1).
    """
    series = np.asarray(returns, dtype=np.float64)
    is_known = np.isfinite(series)
    seed = series[is_known][:SEED_RETURNS]
    variances = np.full(series.size + 1, nan)
    if not seed.size or not 0.0 < decay < 1.0:
        return variances
    variance = float(np.mean(seed**2))
    fresh = 1.0 - decay
    path = [variance]
    # Python's own floats: numpy's would take several times as long, one by one.
    for value, counts in zip(series.tolist(), is_known.tolist(), strict=True):
        if counts:
            variance = decay * variance + fresh * value * value
        path.append(variance)
    variances[:] = path
    return np.asarray(np.sqrt(variances))


def residuals(returns: ArrayLike, volatilities: ArrayLike) -> NDArray[np.float64]:
    """Return each return over the volatility expected for it.

    NaN where that volatility has fallen below a thousandth of the highest so far: after a long pause of the returns it
    says nothing about the next one.
    """
    series = np.asarray(returns, dtype=np.float64)
    expected = np.asarray(volatilities, dtype=np.float64)[: series.size]
    is_usable = expected > _VANISHED * np.fmax.accumulate(expected)
    return series / np.where(is_usable, expected, nan)


def filtered_var(
    returns: ArrayLike,
    *,
    alpha: float = 0.05,
    value: float = 1.0,
    min_returns: int = MIN_RETURNS,
    decay: float = DECAY,
) -> float:
    """Return the expected volatility times the historical VaR of the residuals, times `value`.

    NaN as in `historical_var`, also with fewer than `min_returns` residuals.
    """
    scores, volatility = _filtered(returns, decay)
    return volatility * historical_var(scores, alpha=alpha, value=value, min_returns=min_returns)


def filtered_es(
    returns: ArrayLike,
    *,
    alpha: float = 0.05,
    value: float = 1.0,
    min_returns: int = MIN_RETURNS,
    decay: float = DECAY,
) -> float:
    """Return the expected volatility times the historical ES of the residuals, times `value`.

    NaN as in `filtered_var`, which it is never below.
    """
    scores, volatility = _filtered(returns, decay)
    return volatility * historical_es(scores, alpha=alpha, value=value, min_returns=min_returns)


def _filtered(returns: ArrayLike, decay: float) -> tuple[NDArray[np.float64], float]:
    series = np.asarray(returns, dtype=np.float64)
    if not np.isfinite(series).all():
        return np.empty(0), nan
    volatilities = ewma_volatility(series, decay=decay)
    scores = residuals(series, volatilities)
    return scores[np.isfinite(scores)], float(volatilities[-1])
