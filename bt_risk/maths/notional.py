"""Sizes in money: the notional of a trade by each method, before it becomes units. NaN in, NaN out."""

from __future__ import annotations

from math import inf, isnan, nan

from bt_risk.maths.bounds import clamp, smallest
from bt_risk.maths.limits import below
from bt_risk.maths.multipliers import damped_volatility, signal_multiplier
from bt_risk.maths.position_size import units_for_risk

PERFORMANCE_BOUNDS = (0.5, 1.5)


def fixed_fractional(equity: float, fraction: float, *, maximum: float = inf) -> float:
    """Return min(fraction, maximum) * equity, in money; 0 for an equity or a fraction of zero or less.

    As a notional this is no risk limit: a 2 % position with a 5 % stop risks 0.1 %. As a budget it is money
    at risk.
    """
    if isnan(equity):
        return nan
    return clamp(fraction, 0.0, maximum) * equity if equity > 0.0 else 0.0


def risk_notional(equity: float, risk: float, stop_distance: float) -> float:
    """Return equity * risk / stop_distance, the notional that loses `risk` of equity at its stop.

    `stop_distance` is a fraction of the entry price; NaN where it is zero or less.
    """
    return units_for_risk(fixed_fractional(equity, risk), stop_distance)


def inverse_volatility(
    base: float, volatility: float, *, target_volatility: float = 0.02, maximum: float = inf
) -> float:
    """Return base * target_volatility / volatility, at most `maximum`; amounts are money.

    Both volatilities are of one period. Without volatility (zero or less) the base itself stands, under the
    same maximum.
    """
    scaled = base if volatility <= 0.0 else base * target_volatility / volatility
    return smallest(scaled, maximum)


def dynamic_notional(
    equity: float,
    *,
    signal_strength: float,
    volatility: float,
    performance: float = 1.0,
    base: float = 0.02,
    maximum: float = 0.10,
    performance_bounds: tuple[float, float] = PERFORMANCE_BOUNDS,
) -> float:
    """Return base * signal * volatility * performance multipliers, at most `maximum`, times equity.

    `signal_multiplier` and `damped_volatility` give the first two; `performance` is the strategy's own
    factor.
    """
    fraction = base * signal_multiplier(signal_strength) * damped_volatility(volatility)
    return fixed_fractional(equity, fraction * clamp(performance, *performance_bounds), maximum=maximum)


def cap_or_skip(size: float, *, minimum: float, maximum: float) -> float:
    """Return `size`, at most `maximum`, or 0 where it is below `minimum`.

    A minimum skips the trade: raising a size to it would go beyond what its risk allows. The minimum is
    checked after the cap.
    """
    capped = smallest(size, maximum)
    return 0.0 if below(capped, minimum) else capped
