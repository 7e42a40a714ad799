"""When an order of the user's ends by itself. Gives: `last_moment`, to calls."""

from __future__ import annotations

import datetime as dt
from typing import Any

import backtrader as bt

END_OF_DAY = dt.time(23, 59, 59, 9999)


def fixed_end(data: Any, valid: Any) -> Any:
    """Return `valid` with a time span, which counts from the last bar, turned into the time at which it ends."""
    if not isinstance(valid, dt.timedelta):
        return valid
    now = data.datetime.datetime()
    return dt.datetime.combine(now.date(), END_OF_DAY) if valid == bt.Order.DAY else now + valid


def last_moment(data: Any, valid: Any) -> float | None:
    """Return the last time, as Backtrader counts it, at which an order sent now may fill; None for no end.

    `valid` is read as Backtrader reads it: a date or a time, a time span (an empty one ends with the day), a number
    that is such a time already; None and 0 have no end.
    """
    end = fixed_end(data, valid)
    if isinstance(end, dt.date):
        return float(data.date2num(end))
    return float(end) if end else None
