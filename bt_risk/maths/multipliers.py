"""Factors that scale a base size or risk up or down. All are dimensionless; NaN in, NaN out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isnan, nan
from types import MappingProxyType

from bt_risk.maths.bounds import clamp, smallest
from bt_risk.maths.limits import above, below

CONVICTION_MULTIPLIERS: Mapping[str, float] = MappingProxyType({"high": 2.0, "medium": 1.0, "low": 0.5})
VOLATILITY_TIERS = ((0.30, 0.5), (0.20, 0.75))  # (annual volatility above which, factor), hottest first


def signal_multiplier(strength: float) -> float:
    """Return 0.5 + 1.5 * strength: from half the base size at strength 0 to double at 1, clamped outside."""
    return 0.5 + 1.5 * clamp(strength, 0.0, 1.0)


def damped_volatility(volatility: float) -> float:
    """Return 1 / (1 + volatility), a gentle cut; NaN for a negative volatility."""
    return 1.0 / (1.0 + volatility) if volatility >= 0.0 else nan


def volatility_tier(volatility: float, tiers: Sequence[tuple[float, float]] = VOLATILITY_TIERS) -> float:
    """Return the factor of the first tier whose threshold `volatility` is above, 1 below all of them.

    `tiers` holds (threshold, factor), highest threshold first; a volatility at a threshold is not above it.
    """
    if isnan(volatility):
        return nan
    return next((factor for threshold, factor in tiers if above(volatility, threshold)), 1.0)


def confidence_multiplier(
    confidence: float, *, low: float = 0.55, high: float = 0.80, floor: float = 0.25
) -> float:
    """Return 0 below `low`, then a straight line from `floor` at `low` to 1 at `high` and above."""
    if isnan(confidence):
        return nan
    if below(confidence, low):
        return 0.0
    if confidence >= high:
        return 1.0
    return floor + (1.0 - floor) * max(confidence - low, 0.0) / (high - low)


def conviction_multiplier(
    conviction: str, multipliers: Mapping[str, float] = CONVICTION_MULTIPLIERS
) -> float:
    """Return what a "high", "medium" or "low" conviction makes of the normal risk; NaN for another word."""
    return multipliers.get(conviction, nan)


def regime_multiplier(multiplier: float, *, is_aligned: bool = True, against: float = 0.5) -> float:
    """Return the multiplier of a market regime, times `against` for a trade against its trend.

    NaN for a multiplier below zero.
    """
    if not multiplier >= 0.0:
        return nan
    return multiplier if is_aligned else multiplier * against


def scaled(base: float, multiplier: float, *, maximum: float = inf) -> float:
    """Return base * multiplier, never above `maximum`: no multiplier may lift a risk beyond its limit."""
    return smallest(base * multiplier, maximum)


def concurrent_share(base: float, open_positions: int) -> float:
    """Return base / (open_positions + 1): each further position gets a smaller share; NaN below none open."""
    return base / (open_positions + 1) if open_positions >= 0 else nan


def concurrent_shares(base: float, positions: int) -> list[float]:
    """Return the shares of the first, second and further positions of a book that fills up one by one."""
    return [concurrent_share(base, open_positions) for open_positions in range(positions)]
