"""The size that bears its own costs, where those depend on it. Requires: a way to decide at a size. Gives: it."""

from __future__ import annotations

from collections.abc import Callable

from bt_risk.maths.position_size import floor_to_lot
from bt_risk.rules.decision import Ruling
from bt_risk.rules.request import EntryRequest

Decided = tuple[EntryRequest, Ruling]
HALVINGS = 60
# What is left of the first size when none is: a budget that the fees take to the last cent.
NOTHING = 1e-9


def settle(decide: Callable[[float], Decided], too_many: float, lot: float) -> Decided:
    """Return the ruling for the largest size, in lots and below `too_many`, that its own costs allow.

    `decide` rules with the costs of one unit taken at a size. Where a fee per order takes much of what may be risked,
    deciding again and again at the last answer comes down to the size too slowly, and every answer on the way is too
    large. A size that allows less than itself is too large too, so that halving finds the edge. Where no size bears
    its costs, the ruling is that for a size of nothing.
    """
    low, high, found = 0.0, too_many, None
    for _ in range(HALVINGS):
        units = floor_to_lot((low + high) / 2.0, lot)
        if units <= low:
            break
        decided = decide(units)
        if decided[1].units >= units:
            low, found = units, decided
        else:
            high = units
    return found if found is not None and low > NOTHING * too_many else decide(0.0)
