"""Drawdown: the fall from the highest equity so far, a positive fraction of that peak."""

from __future__ import annotations

from math import isnan, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def drawdown(peak: float, value: float) -> float:
    """Return (peak - value) / peak, 0 at or above the peak; NaN for a peak of zero or less."""
    if not peak > 0.0:
        return nan
    return 0.0 if value >= peak else (peak - value) / peak


def loss_fraction(pnl: float, base: float) -> float:
    """Return max(0, -pnl) / base, the loss of a day, a position or a strategy; a profit is no drawdown.

    NaN for a base of zero or less.
    """
    if isnan(pnl) or not base > 0.0:
        return nan
    return -pnl / base if pnl < 0.0 else 0.0


def drawdown_curve(equity: ArrayLike) -> NDArray[np.float64]:
    """Return the drawdown at each point from the running peak, the point itself included.

    NaN at a point that is not finite, which leaves the peak alone, and while the peak is not above zero.
    """
    values = np.asarray(equity, dtype=np.float64)
    values = np.where(np.isfinite(values), values, nan)
    peaks = np.fmax.accumulate(values)
    peaks = np.where(peaks > 0.0, peaks, nan)
    return (peaks - values) / peaks


def max_drawdown(equity: ArrayLike) -> float:
    """Return the deepest drawdown of the curve; NaN where no point of it is defined."""
    curve = drawdown_curve(equity)
    defined = curve[~np.isnan(curve)]
    return float(defined.max()) if defined.size else nan
