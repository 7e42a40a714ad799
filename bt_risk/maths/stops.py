"""Stop prices and the average true range they are measured in.

Distances are never negative. Each function takes the side by `is_long`: a long is stopped below, a short
above. A stop at or below zero for a long with a positive price protects nothing and is NaN, as is every
stop from a NaN.
"""

from __future__ import annotations

from math import inf, isnan, nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def true_range(high: float, low: float, previous_close: float) -> float:
    """Return max(high, previous_close) - min(low, previous_close) (Wilder 1978); NaN for a NaN."""
    if isnan(high) or isnan(low) or isnan(previous_close):
        return nan
    return max(high, previous_close) - min(low, previous_close)


def wilder_step(atr: float, true_range: float, period: int) -> float:
    """Return the next average true range, (atr * (period - 1) + true_range) / period (Wilder 1978)."""
    return (atr * (period - 1) + true_range) / period if period >= 1 else nan


class WilderAtr:
    """Average true range (Wilder 1978), one bar at a time.

    `value` is NaN until `period` true ranges are known, one bar more than `period`: the first bar has no
    previous close. It is then seeded with their mean and smoothed by `wilder_step`, as Backtrader's ATR. A
    bar that is not finite or has its high below its low is skipped: it must not poison every later stop.
    """

    __slots__ = ("_close", "_missing", "_period", "_total", "_weight", "value")

    def __init__(self, period: int) -> None:
        self.value = nan
        self._period = period
        self._missing = max(period, 0)
        self._weight = 1.0 / period if period >= 1 else nan
        self._total = 0.0
        self._close = nan

    def update(self, high: float, low: float, close: float) -> None:
        """Take in one closed bar."""
        if not (-inf < low <= high < inf and -inf < close < inf):
            return
        previous = self._close
        self._close = close
        if previous > high:
            high = previous
        elif previous < low:
            low = previous
        elif previous != previous:  # the first bar has no previous close, hence no true range
            return
        if self._missing:
            self._total += high - low
            self._missing -= 1
            if not self._missing:
                self.value = self._total / self._period
        else:
            self.value += (high - low - self.value) * self._weight


def atr_series(high: ArrayLike, low: ArrayLike, close: ArrayLike, period: int = 14) -> NDArray[np.float64]:
    """Return `WilderAtr.value` after each bar: NaN while it warms up, unchanged by a skipped bar."""
    atr = WilderAtr(period)
    bars = _columns(high, low, close)
    series = np.full(len(bars[0]), nan)
    for i, bar in enumerate(zip(*bars, strict=True)):
        atr.update(*bar)
        series[i] = atr.value
    return series


def simple_atr_series(
    high: ArrayLike, low: ArrayLike, close: ArrayLike, period: int = 14
) -> NDArray[np.float64]:
    """Return the plain mean of the last `period` true ranges after each bar, NaN where one is missing."""
    highs, lows, closes = _columns(high, low, close)
    ranges = [nan, *map(true_range, highs[1:], lows[1:], closes)]
    series = np.full(len(highs), nan)
    if period >= 1:
        for i in range(period, len(ranges)):
            series[i] = sum(ranges[i - period + 1 : i + 1]) / period
    return series


def atr_stop(entry: float, atr: float, multiple: float, *, is_long: bool) -> float:
    """Return the stop `multiple` average true ranges from the entry: entry - multiple * atr for a long."""
    return _stop_at(entry, atr * multiple, is_long)


def fixed_stop(entry: float, distance: float, *, is_long: bool) -> float:
    """Return the stop at a fixed fraction of the entry price: entry * (1 - distance) for a long."""
    return _stop_at(entry, abs(entry) * distance, is_long)


def chandelier_stop(extreme: float, atr: float, multiple: float, *, is_long: bool) -> float:
    """Return the stop hung `multiple` average true ranges below the highest high since entry, for a long.

    A short hangs above its lowest low. Source: LeBeau's chandelier exit. Apply `ratchet`, since a rising
    ATR would loosen it.
    """
    return _stop_at(extreme, atr * multiple, is_long)


def trailing_stop(price: float, distance: float, *, is_long: bool) -> float:
    """Return the stop a fraction of `price` behind it: price * (1 - distance) for a long. Apply `ratchet`."""
    return _stop_at(price, abs(price) * distance, is_long)


def ratchet(current: float, candidate: float, *, is_long: bool) -> float:
    """Return the tighter stop: the higher for a long, the lower for a short; a NaN yields to the other."""
    if isnan(candidate):
        return current
    if isnan(current):
        return candidate
    return max(current, candidate) if is_long else min(current, candidate)


def gap_fill_price(stop: float, bar_open: float, *, is_long: bool = True) -> float:
    """Return the fill of a triggered stop: the stop price, or the open where the bar opened beyond it.

    A NaN open leaves the stop price; a NaN stop is NaN.
    """
    is_gap = bar_open < stop if is_long else bar_open > stop
    return bar_open if is_gap else stop


def _stop_at(price: float, distance: float, is_long: bool) -> float:
    if not distance >= 0.0:
        return nan
    if not is_long:
        return price + distance
    stop = price - distance
    return nan if stop <= 0.0 < price else stop


def _columns(*columns: ArrayLike) -> list[list[float]]:
    # Python floats: the scalar loop over them is several times faster than over numpy scalars.
    return [np.asarray(column, dtype=np.float64).tolist() for column in columns]
