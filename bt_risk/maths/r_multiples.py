"""Prices in units of R, the initial risk: the distance from the entry to the initial stop (Tharp)."""

from __future__ import annotations

from math import nan


def price_distance(entry: float, level: float) -> float:
    """Return |level - entry| / |entry|, the distance of a stop or target; NaN for an entry of zero."""
    return abs(level - entry) / abs(entry) if entry != 0.0 else nan


def r_multiple(entry: float, stop: float, price: float, *, is_long: bool = True) -> float:
    """Return the gain at `price` over the risk to `stop`: -1 at the stop, 0 at the entry.

    At a target this is the reward-to-risk ratio. NaN where the stop leaves no risk.
    """
    risk, gain = (entry - stop, price - entry) if is_long else (stop - entry, entry - price)
    return gain / risk if risk > 0.0 else nan


def r_level(entry: float, stop: float, multiple: float, *, is_long: bool = True) -> float:
    """Return the price at which the gain is `multiple` R; NaN where the stop leaves no risk."""
    risk = entry - stop if is_long else stop - entry
    if not risk > 0.0:
        return nan
    return entry + multiple * (risk if is_long else -risk)
