"""Quiet markets to break in one place. Gives: a frame of weekdays with a volume, and one line changed."""

from __future__ import annotations

import numpy as np
import pandas as pd


def quiet(rows: int = 60, *, first: str = "2010-01-04", freq: str = "B") -> pd.DataFrame:
    """Return prices near 100 that move by about 1 % a bar, opening at the close before; the same on each call."""
    moves = 0.01 * np.sin(np.arange(rows) * 2.3)
    close = 100.0 * np.exp(np.cumsum(moves))
    opened = np.append(100.0, close[:-1])
    high, low = np.maximum(opened, close) * 1.005, np.minimum(opened, close) * 0.995
    volume = 1000.0 + 100.0 * np.cos(np.arange(rows))
    dates = pd.date_range(first, periods=rows, freq=freq, name="Date")
    columns = {"Open": opened, "High": high, "Low": low, "Close": close, "Volume": volume}
    return pd.DataFrame(columns, index=dates)


def scaled(frame: pd.DataFrame, row: int, factor: float, *, volume: float = 1.0) -> pd.DataFrame:
    """Return the frame with every price from a row on multiplied, and that row's volume."""
    changed = frame.copy()
    prices = changed.columns[:4]
    changed.loc[changed.index[row] :, prices] *= factor
    changed.loc[changed.index[row], "Volume"] *= volume
    return changed
