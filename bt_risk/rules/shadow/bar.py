"""What a trade that was not made looks at. Gives: `Bar`, `Moment`, to the shadow positions."""

from __future__ import annotations

import datetime as dt
import math
from typing import NamedTuple

from bt_risk.rules.halts.data_quality import bar_faults


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
    atr: float = math.nan

    def is_sound(self) -> bool:
        """Return whether its prices are positive, finite and not crossed."""
        if 0.0 < self.low <= self.open <= self.high < math.inf and self.low <= self.close <= self.high:
            return True
        prices = (self.open, self.high, self.low, self.close)
        return not bar_faults(*prices, time=dt.datetime.min, previous=None)

    def has_close(self) -> bool:
        """Return whether its close is one to measure by: inside its range, whatever the opening is."""
        return 0.0 < self.low <= self.close <= self.high < math.inf or self.is_sound()


class Moment(NamedTuple):
    """A bar of any instrument, at which the desk looked at all of them: Backtrader's number, and the local time."""

    number: float
    now: dt.datetime


NEVER = Moment(-math.inf, dt.datetime.min)
