"""What is wrong with a bar. Requires: its prices and times. Gives: `BarFault`s, which block entries there."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from math import inf, isfinite

from bt_risk.maths.limits import above, below


class BarFault(StrEnum):
    """A reason not to enter on a bar; no exit is blocked and nothing is liquidated for one."""

    NOT_FINITE = "a price is not a finite number"
    NOT_POSITIVE = "a price is zero or less"
    CROSSED = "the open or the close lies outside of low to high"
    STALE = "no new bar has come"
    BACKWARDS = "the time runs backwards"


def bar_faults(
    bar_open: float,
    high: float,
    low: float,
    close: float,
    *,
    time: dt.datetime,
    previous: dt.datetime | None,
    is_new: bool = True,
) -> tuple[BarFault, ...]:
    """Return everything that is wrong with a bar, in the order of `BarFault`; empty for a good one.

    `previous` is the time of the instrument's bar before, None for the first; the same time again is no new bar.
    `is_new` is False where the instrument delivered nothing now and shows its last bar still. A missing volume is no
    fault. Prices within 1e-9 of the range are inside it.
    """
    is_later = is_new and (previous is None or time > previous)
    if is_later and 0.0 < low <= bar_open <= high < inf and low <= close <= high:
        return ()
    prices = (bar_open, high, low, close)
    found = []
    if not all(map(isfinite, prices)):
        found.append(BarFault.NOT_FINITE)
    # A NaN is neither above nor below anything, so that each fault is found whatever the other prices are.
    if any(price <= 0.0 for price in prices):
        found.append(BarFault.NOT_POSITIVE)
    if above(low, high) or any(below(price, low) or above(price, high) for price in (bar_open, close)):
        found.append(BarFault.CROSSED)
    if not is_new or time == previous:
        found.append(BarFault.STALE)
    if previous is not None and time < previous:
        found.append(BarFault.BACKWARDS)
    return tuple(found)
