"""Bar time of a run, as the first instrument's exchange reads it. Gives: now, the session's date, the bar's length."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection
from typing import Any

import backtrader as bt

from bt_risk.market.instruments import Instrument


class Clock:
    """The time of the newest bar of any instrument.

    `number` is Backtrader's, days since the year 1 in UTC; `now` is local to the first instrument where its feed
    names a time zone, as Backtrader's own ``data.datetime.datetime()`` is. `session` is the number of its date, 1
    before the first bar.
    """

    __slots__ = ("_at", "_at_number", "_instruments", "_zone", "number", "session")

    def __init__(self, instruments: Collection[Instrument]) -> None:
        self._instruments = instruments
        self._zone = next(iter(instruments)).data._tz
        self.number = -math.inf
        self.session = 1
        # The last number that was converted, and its time: the same one is asked for again and again.
        self._at_number = -math.inf
        self._at = dt.datetime.min

    def see(self, time: float) -> None:
        """Take in the time of a bar."""
        if time > self.number:
            self.number = time
            # Of most feeds the date is the whole part of the time.
            self.session = int(time) if self._zone is None else self.now.toordinal()

    @property
    def now(self) -> dt.datetime:
        """Return the newest bar's time; the earliest time there is before the first bar."""
        return self.at(self.number)

    def at(self, number: float) -> dt.datetime:
        """Return the time of Backtrader's `number` in the first instrument's time zone."""
        if self._at_number != number:
            self._at_number = number
            self._at = bt.num2date(number, tz=self._zone)
        return self._at

    def local(self, data: Any) -> dt.datetime:
        """Return the newest bar's time as the exchange of `data` reads it."""
        if data._tz is self._zone or self.number == -math.inf:
            return self.now
        return bt.num2date(self.number, tz=data._tz)

    def session_of(self, data: Any) -> int:
        """Return the number of the date on which the present session of `data` has begun, by its ``sessionstart``."""
        now, start = self.local(data), data.p.sessionstart
        return now.toordinal() - (now.time() < start)

    def time_of(self, instrument: Instrument) -> dt.time:
        """Return the time of day at an instrument's exchange; that of its session's start for bars of a whole one."""
        data = instrument.data
        return data.p.sessionstart if instrument.has_whole_sessions() else self.local(data).time()

    def has_whole_sessions(self) -> bool:
        """Return whether every bar is a day or longer, as far as the feeds and the bars so far tell."""
        return all(instrument.has_whole_sessions() for instrument in self._instruments)


class WallClock:
    """Turn Backtrader's numbers into those of the wall clock beside the first instrument's exchange.

    The desk tells times so; what an analyzer keeps can then be converted without the feed. Where the feed names no
    zone a number stays what it is.
    """

    __slots__ = ("_line", "_zone")

    def __init__(self, strategy: Any) -> None:
        self._line = strategy.lines.datetime
        self._zone = strategy.datas[0]._tz if strategy.datas else None

    @property
    def number(self) -> float:
        """The number of the strategy's bar."""
        return self.local(self._line[0])

    def local(self, number: float) -> float:
        """Return a number as the exchange reads it."""
        if self._zone is None:
            return number
        return float(bt.date2num(bt.num2date(number, tz=self._zone)))


def is_session_over(data: Any, now: dt.datetime) -> bool:
    """Return whether a market order sent on the bar of `now` fills in the session's last bar at the latest.

    `now` is local to the exchange of `data`. By the feed's ``sessionstart`` and ``sessionend``, with bars stamped by
    their end as Backtrader stamps them: the next bar then ends the session, or would begin after it. False for bars
    of a day and longer, and where the feed names no end.
    """
    length, start, end = bar_length(data), data.p.sessionstart, data.p.sessionend
    if length is None or not names_end(data):
        return False
    over = dt.datetime.combine(now.date(), end)
    if end <= start <= now.time():
        # The session crosses midnight, and this is its first day.
        over += dt.timedelta(days=1)
    return now + length >= over


def names_end(data: Any) -> bool:
    """Return whether a feed tells when its sessions end."""
    return bool(data.p.sessionend < dt.time(23, 59, 59))


def bar_length(data: Any) -> dt.timedelta | None:
    """Return how long a bar of a feed lasts; None for a day and longer, and for ticks."""
    unit = {bt.TimeFrame.Minutes: 60.0, bt.TimeFrame.Seconds: 1.0, bt.TimeFrame.MicroSeconds: 1e-6}
    seconds = unit.get(data._timeframe)
    return None if seconds is None else dt.timedelta(seconds=seconds * data._compression)
