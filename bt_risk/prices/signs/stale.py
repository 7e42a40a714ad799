"""Find prices that stand still: a feed that repeated its last bar instead of having none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bt_risk.prices.signs.sign import Sign, runs

# Bars that repeat the one before; where the bars have a range, twice in a row is no accident. A daily fix that a
# central bank holds may well repeat: the franc's of July 2012 did five times.
LEAST_RANGED, LEAST_FLAT = 2, 9


def stale_runs(frame: pd.DataFrame) -> Iterator[Sign]:
    """Give runs of bars whose four prices repeat: 3 bars with a range, or 10 of one price only."""
    prices = frame[["Open", "High", "Low", "Close"]].to_numpy(float)
    is_same = np.append(False, (prices[1:] == prices[:-1]).all(axis=1))
    for first, last in runs(is_same):
        repeated = last - first + 1
        is_flat = prices[first, 1] == prices[first, 2]
        if repeated >= (LEAST_FLAT if is_flat else LEAST_RANGED):
            text = f"the four prices stand still for {repeated + 1} bars: probably no new prices came"
            yield Sign("warning", "stale", first - 1, last, text)
