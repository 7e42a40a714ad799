"""Stops that follow the price. Each returns the current stop or a tighter one: none ever loosens."""

from __future__ import annotations

from bt_risk.maths.limits import at_least
from bt_risk.maths.position_size import floor_to_lot
from bt_risk.maths.r_multiples import r_level, r_multiple
from bt_risk.maths.stops import ratchet, trailing_stop


def activated_trail(
    current: float, entry: float, price: float, *, activation: float, distance: float, is_long: bool = True
) -> float:
    """Return a stop `distance` behind `price` once the gain has reached `activation`, else the current one.

    Both are fractions, of the price and of the entry.
    """
    gain = price - entry if is_long else entry - price
    if not at_least(gain, abs(entry) * activation):
        return current
    return ratchet(current, trailing_stop(price, distance, is_long=is_long), is_long=is_long)


def break_even_stop(
    current: float,
    entry: float,
    initial_stop: float,
    price: float,
    *,
    trigger: float = 1.0,
    is_long: bool = True,
) -> float:
    """Return the entry as the stop once the gain has reached `trigger` R, else the current one."""
    if not at_least(r_multiple(entry, initial_stop, price, is_long=is_long), trigger):
        return current
    return ratchet(current, entry, is_long=is_long)


def r_ladder_stop(
    current: float,
    entry: float,
    initial_stop: float,
    price: float,
    *,
    step: float = 1.0,
    is_long: bool = True,
) -> float:
    """Return a stop one rung below the highest rung reached: the entry at +1 step, +1 step at +2 steps.

    Rungs are `step` R apart; before the first the current stop stays.
    """
    reached = floor_to_lot(r_multiple(entry, initial_stop, price, is_long=is_long), step)
    if step <= 0.0 or not at_least(reached, step):
        return current
    return ratchet(current, r_level(entry, initial_stop, reached - step, is_long=is_long), is_long=is_long)
