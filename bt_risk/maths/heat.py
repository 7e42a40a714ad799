"""Heat: the share of equity lost if every open position is stopped out at its stop price.

Money amounts share one currency; heats are fractions of equity. Gaps beyond a stop are not in the heat
itself: `loss_with_gap` tells what they add.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import hypot, inf, isnan, nan, sqrt

from bt_risk.maths.limits import at_most
from bt_risk.maths.position_size import floor_to_lot, units_for_risk


def open_risk(pnl_at_stop: float, exit_costs: float = 0.0) -> float:
    """Return the money still at risk, max(0, -pnl_at_stop + exit_costs), never negative.

    `pnl_at_stop` is the profit (positive) or loss (negative) if the stop fills at its price. NaN in, NaN out.
    """
    risk = exit_costs - pnl_at_stop
    return 0.0 if risk <= 0.0 else risk


def locked_in(pnl_at_stop: float, exit_costs: float = 0.0) -> float:
    """Return the profit that the stop secures, max(0, pnl_at_stop - exit_costs), never negative.

    A stop beyond the entry locks profit in; it is no risk and is told apart from it. NaN in, NaN out.
    """
    profit = pnl_at_stop - exit_costs
    return 0.0 if profit <= 0.0 else profit


def position_risk(
    size: float,
    entry: float,
    stop: float | None,
    *,
    is_long: bool = True,
    multiplier: float = 1.0,
    exit_costs: float = 0.0,
) -> float:
    """Return the money lost if the stop fills at its price, never negative.

    |size| * multiplier * adverse distance from entry to stop + exit costs.

    The side comes from `is_long`, the sign of `size` is ignored. Without a stop (None or NaN) the full
    notional is at risk: unknown risk is not zero risk. NaN for a NaN size or entry.
    """
    units = abs(size) * multiplier
    if stop is None or isnan(stop):
        return units * abs(entry) + exit_costs
    pnl_per_unit = stop - entry if is_long else entry - stop
    return open_risk(units * pnl_per_unit, exit_costs)


def absolute_risk(size: float, entry: float, stop: float, *, multiplier: float = 1.0) -> float:
    """Return |size| * multiplier * |entry - stop|, the initial risk whichever side the stop is on.

    Right on the day of the entry only: a stop trailed beyond the entry locks profit in, and this counts it
    as risk.
    """
    return abs(size) * multiplier * abs(entry - stop)


def stressed_risk(
    size: float,
    entry: float,
    stop: float | None,
    overshoot: float,
    *,
    is_long: bool = True,
    multiplier: float = 1.0,
    exit_costs: float = 0.0,
) -> float:
    """Return `position_risk` if the stop fills `overshoot` beyond its price, such as 1 ATR or a gap.

    A long cannot lose more than its notional, nor does a stop that is missing lose more than that.
    """
    unstopped = position_risk(
        size, entry, None, is_long=is_long, multiplier=multiplier, exit_costs=exit_costs
    )
    if stop is None or isnan(stop):
        return unstopped
    fill = stop - overshoot if is_long else stop + overshoot
    risk = position_risk(size, entry, fill, is_long=is_long, multiplier=multiplier, exit_costs=exit_costs)
    return unstopped if is_long and entry > 0.0 and risk > unstopped else risk


def portfolio_heat(risks: Iterable[float], equity: float) -> float:
    """Return the sum of `risks` over `equity`, a fraction.

    Infinite where risk is open on an equity of zero or less, 0 there without risk; NaN for a NaN equity or
    risk.
    """
    total = sum(risks, 0.0)
    if isnan(equity) or isnan(total):
        return nan
    if equity > 0.0:
        return total / equity
    return inf if total > 0.0 else 0.0


def correlated_heat(risks: Iterable[float], equity: float, correlation: float) -> float:
    """Return the heat if stops are hit with one `correlation` between any two positions.

    sqrt(rho * sum(risk) ** 2 + (1 - rho) * sum(risk ** 2)) / equity: the linear sum at 1, the root of
    squares at 0. NaN for a correlation outside [0, 1]; an equity of zero or less as in `portfolio_heat`.
    """
    if not 0.0 <= correlation <= 1.0:
        return nan
    amounts = list(risks)
    linear, independent = sum(amounts, 0.0), hypot(*amounts)
    return portfolio_heat([hypot(sqrt(correlation) * linear, sqrt(1.0 - correlation) * independent)], equity)


def heat_utilisation(heat: float, max_heat: float) -> float:
    """Return heat / max_heat: 1 is a used-up limit.

    Infinite for any heat under a limit of zero; 0 where the limit is infinite; NaN for a NaN.
    """
    if isnan(heat) or isnan(max_heat):
        return nan
    if max_heat == inf:
        return 0.0
    if max_heat > 0.0:
        return heat / max_heat
    return inf if heat > 0.0 else 0.0


def equal_heat(max_heat: float, max_positions: int) -> float:
    """Return max_heat / max_positions, each position's heat in a full book; NaN for an empty book."""
    return max_heat / max_positions if max_positions >= 1 else nan


def remaining_heat(heat: float, max_heat: float) -> float:
    """Return max(0, max_heat - heat), what new positions may add; a fit within 1e-9 leaves exactly 0."""
    return 0.0 if at_most(max_heat, heat) else max_heat - heat


def excess_risk(total_risk: float, equity: float, max_heat: float) -> float:
    """Return max(0, total_risk - max_heat * equity), the risk in money that has to go.

    A fit within 1e-9 is no excess; an equity below zero has no budget.
    """
    budget = max_heat * equity if not equity <= 0.0 else 0.0
    return 0.0 if at_most(total_risk, budget) else total_risk - budget


def heat_adjusted_size(
    size: float,
    loss_per_unit: float,
    *,
    heat: float,
    max_heat: float,
    equity: float,
    lot: float = 1.0,
) -> float:
    """Return `size`, or the largest whole number of lots whose loss at the stop fits the remaining heat.

    Zero where no heat is left, or where a unit loses nothing at its stop: no stop distance is no defined
    risk.
    """
    if loss_per_unit <= 0.0:
        return 0.0
    room = units_for_risk(remaining_heat(heat, max_heat) * equity, loss_per_unit)
    return floor_to_lot(size if size <= room else room, lot)


def loss_with_gap(heat: float, stop_distance: float, gap: float) -> float:
    """Return the fraction of equity lost if prices gap by `gap` while the stops are `stop_distance` away.

    heat * max(1, gap / stop_distance): stops are orders, not guarantees. NaN for a stop distance of zero or
    less.
    """
    if not stop_distance > 0.0:
        return nan
    return heat * gap / stop_distance if gap > stop_distance else heat
