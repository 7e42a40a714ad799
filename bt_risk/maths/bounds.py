"""Minimum and maximum that do not lose a NaN: an unknown bound is not an absent one."""

from __future__ import annotations

from math import isnan, nan


def smallest(first: float, *others: float) -> float:
    """Return the smallest of the numbers; NaN if one of them is NaN."""
    candidates = (first, *others)
    return nan if any(map(isnan, candidates)) else min(candidates)


def clamp(value: float, low: float, high: float) -> float:
    """Return `value`, raised to `low`, then lowered to `high`; NaN if one of the three is NaN."""
    if isnan(value) or isnan(low) or isnan(high):
        return nan
    return min(max(value, low), high)
