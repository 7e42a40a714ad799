"""Profit targets. A long's target lies above its entry, a short's below.

A short's target at or below zero for a positive price can never trade and is NaN, as is every target from a
NaN.
"""

from __future__ import annotations

from math import isnan, nan


def atr_target(entry: float, atr: float, multiple: float, *, is_long: bool) -> float:
    """Return the target `multiple` average true ranges from the entry: entry + multiple * atr for a long."""
    return _target_at(entry, atr * multiple, is_long)


def fixed_target(entry: float, distance: float, *, is_long: bool) -> float:
    """Return the target at a fixed fraction of the entry price: entry * (1 + distance) for a long."""
    return _target_at(entry, abs(entry) * distance, is_long)


def reward_target(entry: float, stop: float, ratio: float, *, is_long: bool) -> float:
    """Return the target that pays `ratio` times the risk: entry + ratio * (entry - stop) for a long.

    NaN where the stop leaves no risk to be paid for.
    """
    risk = entry - stop if is_long else stop - entry
    return _target_at(entry, risk * ratio, is_long) if risk > 0.0 else nan


def farther_target(first: float, second: float, *, is_long: bool) -> float:
    """Return the target farther from the entry: the higher for a long, the lower for a short.

    A NaN yields to the other.
    """
    if isnan(first):
        return second
    if isnan(second):
        return first
    return max(first, second) if is_long else min(first, second)


def _target_at(price: float, distance: float, is_long: bool) -> float:
    if not distance >= 0.0:
        return nan
    if is_long:
        return price + distance
    target = price - distance
    return nan if target <= 0.0 < price else target
