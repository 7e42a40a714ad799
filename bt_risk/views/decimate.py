"""Thin out a line before it is drawn as vectors. Requires a 1-d array; gives the positions to keep."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray


def extreme_positions(values: ArrayLike, limit: int) -> NDArray[np.intp]:
    """Return at most `limit` positions of `values` whose line looks like the line of all of them.

    The series is cut into buckets of equal length and each keeps its smallest and its largest value, so
    that no spike is lost; the first and the last position always stay. A bucket of NaN keeps its first
    position, so that a gap stays a gap. Taking every k-th point would drop exactly the days that matter.

    Parameters
    ----------
    values
        One dimension; NaN and infinities are allowed.
    limit
        At least 4: the two ends and one bucket.
    """
    series = np.asarray(values, dtype=float)
    if limit < 4:
        raise ValueError(f"limit must be a whole number >= 4, e.g. 1500; received {limit!r}")
    if series.size <= limit:
        return np.arange(series.size)
    edges = np.linspace(0, series.size, (limit - 2) // 2 + 1).astype(int)
    kept = {0, series.size - 1}
    for start, end in pairwise(edges):
        bucket = series[start:end]
        if np.isnan(bucket).all():
            kept.add(int(start))
        else:
            kept.add(int(start + np.nanargmin(bucket)))
            kept.add(int(start + np.nanargmax(bucket)))
    return np.array(sorted(kept))
