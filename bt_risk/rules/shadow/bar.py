"""What a trade that was not made looks at. Gives: `Bar`, `Moment`, to the shadow positions."""

from __future__ import annotations

import datetime as dt
import math
from typing import NamedTuple


class Bar(NamedTuple):
    """One bar of an instrument: its number, the first being 1, its prices, and the ATR at its close.

    `time` is Backtrader's number of days. Prices and ATR are NaN where they are not known.
    """

    number: int
    time: float
    open: float
    high: float
    low: float
    close: float
    atr: float


class Moment(NamedTuple):
    """A bar of any instrument, at which the desk looked at all of them: Backtrader's number, and the local time."""

    number: float
    now: dt.datetime


NEVER = Moment(-math.inf, dt.datetime.min)
