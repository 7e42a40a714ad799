"""Units from money: how many units a risk budget or a notional buys, rounded down to the lot."""

from __future__ import annotations

from math import floor, inf, isnan, nan

from bt_risk.maths.limits import equals


def units_for_risk(budget: float, loss_per_unit: float) -> float:
    """Return budget / loss_per_unit, the units that lose `budget` if stopped out at the stop price.

    Both are money; `loss_per_unit` includes the multiplier and the exit costs of one unit. 0 for a budget
    of zero or less. NaN for a loss per unit of zero or less: without a stop distance the size is undefined.
    """
    return _quotient(budget, loss_per_unit)


def units_for_notional(notional: float, notional_per_unit: float) -> float:
    """Return notional / notional_per_unit, the units that `notional` buys; one unit costs price * multiplier.

    0 for a notional of zero or less; NaN for a unit that costs zero or less.
    """
    return _quotient(notional, notional_per_unit)


def atr_units(budget: float, atr: float, *, multiple: float = 1.0, multiplier: float = 1.0) -> float:
    """Return budget / (multiple * atr * multiplier), the units whose move of `multiple` ATR costs `budget`.

    Undefined cases as in `units_for_risk`.
    """
    return _quotient(budget, atr * multiple * multiplier)


def reduced_size(size: float, factor: float, lot: float = 1.0) -> float:
    """Return what is kept of `size` when it is cut to `factor` of it, rounded down to the lot.

    The sign of `size` stays. At least the asked part is cut: half of 3 lots leaves 1. NaN for a factor
    outside [0, 1].
    """
    if not 0.0 <= factor <= 1.0:
        return nan
    kept = floor_to_lot(abs(size) * factor, lot)
    return kept if size >= 0.0 else -kept


def floor_to_lot(units: float, lot: float) -> float:
    """Return `units` rounded down to a multiple of `lot`; a lot of 0 keeps fractions.

    A count within 1e-9 (relative) of a whole number of lots is that number: 7299.9999999999 with a lot of 1
    is 7300, and the result never exceeds `units` by more. Negative units are 0; NaN units or a lot below 0
    are NaN.
    """
    if isnan(units) or not 0.0 <= lot < inf:
        return nan
    if units <= 0.0:
        return 0.0
    if lot == 0.0 or units == inf:
        return units
    lots = units / lot
    if lots == inf:
        return units
    nearest = round(lots)
    return float(nearest if equals(lots, nearest) else floor(lots)) * lot


def ceil_to_lot(units: float, lot: float) -> float:
    """Return `units` rounded up to a multiple of `lot`; a lot of 0 keeps fractions.

    What a reduction must cut at least. The tolerance, and what is 0 or NaN, are those of `floor_to_lot`.
    """
    floored = floor_to_lot(units, lot)
    if isnan(floored) or units <= 0.0 or lot == 0.0 or floored >= units or equals(floored, units):
        return floored
    return floored + lot


def _quotient(money: float, per_unit: float) -> float:
    if isnan(money) or not per_unit > 0.0:
        return nan
    return 0.0 if money <= 0.0 else money / per_unit
