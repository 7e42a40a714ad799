"""Spikes: values that lie far from what was usual, in standard deviations."""

from __future__ import annotations

from math import nan

from bt_risk.maths.limits import at_least


def z_score(value: float, mean: float, deviation: float) -> float:
    """Return (value - mean) / deviation; NaN where nothing has varied."""
    return (value - mean) / deviation if deviation > 0.0 else nan


def is_spike(value: float, mean: float, deviation: float, threshold: float = 3.0) -> bool:
    """Return whether `value` lies `threshold` deviations or more from `mean`, on either side.

    False where the score is undefined: nothing can be unusual before something was usual.
    """
    return at_least(abs(z_score(value, mean, deviation)), threshold)
