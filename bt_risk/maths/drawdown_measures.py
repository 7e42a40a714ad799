"""One number for a whole curve of drawdowns: how deep, how long and how often, positive fractions.

`drawdowns` is what `drawdown_curve` gives; its unknown points are left out. Without a known one everything is NaN.
"""

from __future__ import annotations

from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from bt_risk.maths.limits import TOLERANCE
from bt_risk.maths.returns import cagr

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def mean_drawdown(drawdowns: ArrayLike) -> float:
    """Return the mean over all points, those at the peak included."""
    depths = _known(drawdowns)
    return float(depths.mean()) if depths.size else nan


def ulcer_index(drawdowns: ArrayLike) -> float:
    """Return the root of the mean square over all points (Martin and McCann 1989), here as a fraction."""
    depths = _known(drawdowns)
    return sqrt(float(np.mean(depths**2))) if depths.size else nan


def drawdown_at_risk(drawdowns: ArrayLike, alpha: float = 0.05) -> float:
    """Return the depth that no more than the share alpha of the points exceeds: the empirical quantile.

    The smallest observed depth d with at least 1 - alpha of the points at or below it, as Chekhlov, Uryasev and
    Zabarankin (2005) define it. An alpha above 0.5 is read as a confidence. NaN for one outside (0, 1).
    """
    depths, tail = _tail(drawdowns, alpha)
    if not depths.size:
        return nan
    return float(depths[_whole(depths.size * tail)])


def conditional_drawdown(drawdowns: ArrayLike, alpha: float = 0.05) -> float:
    """Return the mean of the deepest share alpha of the points (Chekhlov, Uryasev and Zabarankin 2005).

    Where that share is no whole number of points, the next one counts in part: sum of the k deepest plus
    (n * alpha - k) of the next, over n * alpha. Never below `drawdown_at_risk`; NaN as there.
    """
    depths, tail = _tail(drawdowns, alpha)
    if not depths.size:
        return nan
    share = depths.size * tail
    whole = _whole(share)
    rest = max(share - whole, 0.0) * float(depths[whole])
    mean = (float(depths[:whole].sum()) + rest) / share
    # A mean of equal depths differs from each of them by float dust.
    return min(max(mean, float(depths[whole])), float(depths[0]))


def calmar_ratio(first: float, last: float, years: float, max_drawdown: float) -> float:
    """Return the compound annual growth rate over the maximum drawdown (Young 1991), over the whole record.

    NaN where the growth rate is (`cagr`), and without a drawdown.
    """
    return cagr(first, last, years) / max_drawdown if max_drawdown > TOLERANCE else nan


def _known(drawdowns: ArrayLike) -> NDArray[np.float64]:
    depths = np.asarray(drawdowns, dtype=np.float64)
    return depths[np.isfinite(depths)]


def _tail(drawdowns: ArrayLike, alpha: float) -> tuple[NDArray[np.float64], float]:
    # The depths with the deepest first; none of them where nothing is defined.
    tail = 1.0 - alpha if alpha > 0.5 else alpha
    depths = np.sort(_known(drawdowns))[::-1] if 0.0 < tail <= 0.5 else np.empty(0)
    return depths, tail


def _whole(share: float) -> int:
    # 0.05 * 60 is 3.0000000000000004 in floats, 0.15 * 20 is 3.
    nearest = round(share)
    return nearest if abs(share - nearest) <= TOLERANCE * max(share, 1.0) else int(share)
