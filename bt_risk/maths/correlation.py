"""Correlation of returns and what it leaves of diversification."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan, nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.series import are_constant, is_constant

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

MIN_SAMPLES = 30  # fewer pairs of returns say too little about a correlation


def correlation(first: ArrayLike, second: ArrayLike, *, min_samples: int = MIN_SAMPLES) -> float:
    """Return Pearson's correlation of two series of returns, over the rows where both are known.

    NaN for fewer than `min_samples` such rows, or where one of the series does not move.
    """
    pair = np.asarray([first, second], dtype=np.float64)
    x, y = pair[:, np.isfinite(pair).all(axis=0)]
    if x.size < min_samples or is_constant(x) or is_constant(y):
        return nan
    x, y = x - x.mean(), y - y.mean()
    return min(1.0, max(-1.0, float((x @ y) / (sqrt(x @ x) * sqrt(y @ y)))))


def correlation_matrix(returns: ArrayLike, *, min_samples: int = MIN_SAMPLES) -> NDArray[np.float64]:
    """Return the correlation of each two columns of `returns` (bars by assets), over their own known rows."""
    rows = np.asarray(returns, dtype=np.float64)
    if rows.size and np.isfinite(rows).all():
        return _complete_matrix(rows, min_samples)
    columns = rows.T
    matrix = np.full((len(columns), len(columns)), nan)
    for i, first in enumerate(columns):
        for j, second in enumerate(columns[: i + 1]):
            matrix[i, j] = matrix[j, i] = correlation(first, second, min_samples=min_samples)
    return matrix


def _complete_matrix(rows: NDArray[np.float64], min_samples: int) -> NDArray[np.float64]:
    """Return the matrix at once where every return is known: the pairs one by one take a hundred times as long."""
    if len(rows) < min_samples:
        return np.full((rows.shape[1], rows.shape[1]), nan)
    centred = rows - rows.mean(axis=0)
    lengths = np.sqrt((centred * centred).sum(axis=0))
    lengths[are_constant(rows)] = nan
    units = centred / lengths
    matrix: NDArray[np.float64] = np.clip(units.T @ units, -1.0, 1.0)
    return matrix


def highest_correlation(
    held: Iterable[tuple[float, bool]], *, is_long: bool, is_absolute: bool = False
) -> float:
    """Return the highest correlation of a new position with those held, 0 with none held.

    `held` gives each position's price correlation with the new one and its side. On opposite sides it counts
    negated, since the two then hedge each other; `is_absolute` counts its size on either side. An unknown
    correlation is left out; NaN where all are unknown.
    """
    effective = [
        abs(rho) if is_absolute else rho if held_is_long == is_long else -rho for rho, held_is_long in held
    ]
    if not effective:
        return 0.0
    return max((rho for rho in effective if not isnan(rho)), default=nan)


def diversification_ratio(weights: ArrayLike, volatilities: ArrayLike, correlations: ArrayLike) -> float:
    """Return the weighted mean volatility over the portfolio's volatility (Choueifaty and Coignard 2008).

    1 where nothing diversifies, the root of n for n equal uncorrelated positions. Short positions have
    negative weights. NaN for a portfolio without volatility.
    """
    risks = np.asarray(weights, dtype=np.float64) * np.asarray(volatilities, dtype=np.float64)
    total = float(np.abs(risks).sum())
    variance = float(risks @ np.asarray(correlations, dtype=np.float64) @ risks)
    # A perfect hedge has a variance of float dust, of either sign, rather than zero.
    return total / sqrt(variance) if variance > (1e-9 * total) ** 2 else nan
