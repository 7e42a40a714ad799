"""How unusual the last return of a series is, in standard deviations of those before it."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan

import numpy as np

from bt_risk.maths.series import is_constant
from bt_risk.maths.spikes import z_score

MIN_RETURNS = 20  # fewer returns say too little about what is usual


def return_score(returns: Sequence[float]) -> float:
    """Return (last - mean) / deviation, the mean and sample deviation being those of the returns before the last.

    The last return is judged by what came before it: counted in, a spike would widen its own yardstick. Returns
    that are not finite are left out of it. NaN with fewer than 20 of them, or where they do not vary.
    """
    if len(returns) <= MIN_RETURNS:
        return nan
    before = np.asarray(returns[:-1], dtype=np.float64)
    before = before[np.isfinite(before)]
    if before.size < MIN_RETURNS or is_constant(before):
        return nan
    return z_score(float(returns[-1]), float(before.mean()), float(before.std(ddof=1)))
