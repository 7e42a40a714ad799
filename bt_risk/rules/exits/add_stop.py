"""The stop that an add to a position is sized to. Requires: the position's stop, the add's. Gives: a price."""

from __future__ import annotations

from math import inf, nan

from bt_risk.maths.stops import ratchet


def add_stop(held: float | None, alone: float | None, *, is_long: bool) -> float | None:
    """Return the tighter of the position's stop and the one decided for the add alone, which then holds for both.

    None where neither exists. A price that is none (zero, negative, not finite) is returned as it is: the position's
    stop must not hide what a gate has to refuse.
    """
    if alone is not None and not 0.0 < alone < inf:
        return alone
    if held is None:
        return alone
    return ratchet(held, nan if alone is None else alone, is_long=is_long)
