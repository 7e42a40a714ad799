"""The single drawdowns of a curve of equity: from a peak through the trough back to it."""

from __future__ import annotations

from math import nan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bt_risk.maths.drawdown import drawdown_curve
from bt_risk.maths.limits import TOLERANCE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Episode(NamedTuple):
    """One drawdown: `depth` is a fraction of the peak, the others are indices of the curve.

    `peak` is the last point at the peak, `trough` the first at the greatest depth, `recovery` the first at or above
    the peak again, None while that is still to come; `end` is then the last point of the curve.
    """

    depth: float
    peak: int
    trough: int
    recovery: int | None
    end: int

    @property
    def length(self) -> int:
        """Return the points from the peak to the recovery, or to the end of the curve."""
        return self.end - self.peak


def underwater(equity: ArrayLike) -> NDArray[np.bool_]:
    """Return whether each point lies below the peak so far by more than 1e-9 of it; an unknown point does not."""
    return np.asarray(drawdown_curve(equity) > TOLERANCE)


def episodes(equity: ArrayLike, top: int | None = None) -> list[Episode]:
    """Return the drawdowns of the curve, the deepest first, and of equal ones the earlier; only the first `top`.

    A point that is not finite belongs to no drawdown and ends none; so does one before the first peak above zero. An
    equity of zero or less is a drawdown of 1 or more.
    """
    curve = drawdown_curve(equity)
    points = np.flatnonzero(~np.isnan(curve))
    below = curve[points] > TOLERANCE
    # Where the known points go under, and where they come up again.
    edges = np.flatnonzero(np.diff(np.concatenate(([False], below, [False])).astype(np.int8)))
    found = []
    for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        has_recovered = after < points.size
        trough = first + int(np.argmax(curve[points[first:after]]))
        end = int(points[after]) if has_recovered else int(points[-1])
        found.append(
            Episode(
                depth=float(curve[points[trough]]),
                peak=int(points[first - 1]),
                trough=int(points[trough]),
                recovery=end if has_recovered else None,
                end=end,
            )
        )
    found.sort(key=lambda episode: (-episode.depth, episode.peak))
    return found if top is None else found[:top]


def time_under_water(equity: ArrayLike) -> float:
    """Return the share of the known points that lie below the peak so far; NaN without a known point."""
    curve = drawdown_curve(equity)
    known = curve[~np.isnan(curve)]
    return float((known > TOLERANCE).mean()) if known.size else nan
