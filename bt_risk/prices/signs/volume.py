"""Find bars without volume in a series that has some."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bt_risk.prices.signs.sign import Sign, runs


def zero_volumes(frame: pd.DataFrame) -> Iterator[Sign]:
    """Give bars of no volume as warnings; a series without any volume has one note, as it is not known."""
    is_zero = frame["Volume"].to_numpy(float) == 0.0
    if is_zero.all():
        yield Sign("note", "volume", 0, len(frame) - 1, "no bar has a volume: it is not known")
        return
    closes = frame["Close"].to_numpy(float)
    for first, last in runs(is_zero):
        is_moving = bool(np.any(closes[first : last + 1] != closes[max(first - 1, 0)]))
        text = "nothing was traded" + ", and yet the price moves" * is_moving
        yield Sign("warning", "zero volume", first, last, text)
