"""The instruments of a run: which bar each is at, and its average true range. Gives: `Instrument`, to the desk."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, NoReturn

import backtrader as bt

from bt_risk.errors import EngineError
from bt_risk.maths.stops import WilderAtr
from bt_risk.rules.halts.data_quality import BarFault, bar_faults

# Days, and gaps between bars as wide as the widest so far, that may pass without a price: more is silence.
PATIENT_DAYS = 10.0
PATIENT_GAPS = 3.0
# Days between two bars below which they are of one session; shortened sessions and changes of the clock are within it.
SESSION = 0.75


class Instrument:
    """One data of the run, read by its line buffers: a cached line costs a sixth of ``data.close[0]``.

    `bars` counts the bars seen, `bar` is the desk's number of the bar that brought the last one, and `mark` is the
    last usable close; `priced` and `heard` are the desk's number and the time of the bar that brought it. `gap` is the
    widest gap between two bars so far, in days; `is_intraday` tells that one was shorter than a session; `is_sound`
    that the last bar was usable.
    """

    __slots__ = (
        "atr",
        "bar",
        "bars",
        "close",
        "data",
        "gap",
        "heard",
        "high",
        "is_intraday",
        "is_sound",
        "last_time",
        "low",
        "mark",
        "name",
        "open",
        "priced",
        "time",
    )

    def __init__(self, data: Any, name: str, atr_period: int) -> None:
        self.data = data
        self.name = name
        self.time = data.lines.datetime
        self.open = data.lines.open
        self.high = data.lines.high
        self.low = data.lines.low
        self.close = data.lines.close
        self.bars = 0
        self.bar = self.priced = -1
        self.mark = math.nan
        self.last_time = self.heard = -math.inf
        self.gap = 0.0
        self.is_intraday = False
        self.is_sound = True
        self.atr = WilderAtr(atr_period)

    def see(self, bar: int) -> bool:
        """Take in the new bar, as the desk's bar number `bar`; return whether a spell of bad ones begins.

        Raises
        ------
        EngineError
            Its time does not come after the last one's; loaded datas are refused before the run already.
        """
        # What ``line[0]`` does, without its two calls: this is done for every instrument on every bar.
        line = self.time
        time = line.array[line._idx]
        gap = time - self.last_time
        if gap <= 0.0:
            refuse_disorder(self.name, time)
        if gap > self.gap:
            self._widen(gap)
        if gap < SESSION:
            self.is_intraday = True
        self.last_time = time
        self.bars = line.lencount
        self.bar = bar
        line = self.high
        high = line.array[line._idx]
        line = self.low
        low = line.array[line._idx]
        line = self.close
        close = line.array[line._idx]
        line = self.open
        if 0.0 < low <= close <= high < math.inf and low <= line.array[line._idx] <= high:
            self.mark = close
            self.priced, self.heard = bar, time
            self.is_sound = True
            self.atr.update(high, low, close)
            return False
        return self._see_unusual(high, low, close)

    def _see_unusual(self, high: float, low: float, close: float) -> bool:
        """Take in a bar whose prices are not all in order; a close outside its range is no price to measure by."""
        if 0.0 < close < math.inf:
            self.priced, self.heard = self.bar, self.last_time
        is_usable = self.is_usable()
        # Of bars before its first price there is nothing to tell: many feeds begin with empty ones.
        begins = self.is_sound and not is_usable and not math.isnan(self.mark)
        self.is_sound = is_usable
        if is_usable or 0.0 < low <= close <= high < math.inf:
            self.mark = close
            self.atr.update(high, low, close)
        return begins

    def _widen(self, gap: float) -> None:
        """Take in the widest gap so far; one that was silence is no measure of the next."""
        if self.bars == 1 or (self.bars and gap <= self._patience()):
            self.gap = gap

    def _patience(self) -> float:
        return max(PATIENT_DAYS, PATIENT_GAPS * self.gap)

    def is_overdue(self, now: float) -> bool:
        """Return whether it has had no price for longer than its calendar explains.

        More than ten days, and more than three times its widest gap so far: longer than holidays, or than the bars of a
        monthly series. Nothing is known of that before the second bar, nor before the first price.
        """
        is_known = self.gap > 0.0 and self.heard > -math.inf
        return is_known and now - self.heard > self._patience()

    def has_whole_sessions(self) -> bool:
        """Return whether each bar is a day or longer: by the feed's word, unless its bars have come closer together."""
        return not self.is_intraday and bool(self.data._timeframe >= bt.TimeFrame.Days)

    def is_started(self) -> bool:
        """Return whether a first bar has come; before that, index 0 would show the last bar of the file."""
        return bool(self.time.lencount)

    def is_usable(self) -> bool:
        """Return whether the last bar's prices are finite, positive and not crossed.

        Adjusted prices can leave their range by the last bits of a float, which is no fault.
        """
        low, high, opening, close = self.low[0], self.high[0], self.open[0], self.close[0]
        if 0.0 < low <= opening <= high < math.inf and low <= close <= high:
            return True
        return not self.faults()

    def faults(self) -> tuple[BarFault, ...]:
        """Return everything that is wrong with the prices of the last bar."""
        prices = (self.open[0], self.high[0], self.low[0], self.close[0])
        return bar_faults(*prices, time=dt.datetime.min, previous=None)


def refuse_disorder(name: str, time: float) -> NoReturn:
    """Raise `EngineError` for a bar that does not come after the one before it."""
    at = bt.num2date(time)
    raise EngineError(
        f"{name}: the bar of {at} does not come after the one before it; sort the prices by time"
    )


def name_instruments(datas: list[Any]) -> list[str]:
    """Return a name of its own for each data: Backtrader's, made unique, or its position."""
    names: list[str] = []
    for index, data in enumerate(datas):
        name = data._name or f"data{index}"
        names.append(name if name not in names else f"{name}#{index}")
    return names
