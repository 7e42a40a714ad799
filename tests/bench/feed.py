"""A feed of plain rows. Requires: rows sorted by time. Gives: a Backtrader data without pandas."""

from __future__ import annotations

import datetime as dt

import backtrader as bt

FIRST_DAY = dt.datetime(2024, 1, 1)


def day_number(day: int) -> float:
    """Return Backtrader's number for the given day of the market, day 1 being the first."""
    return bt.date2num(FIRST_DAY + dt.timedelta(days=day - 1))


class RowFeed(bt.feed.DataBase):
    """Deliver `rows` of (time number, open, high, low, close, volume)."""

    params = (("rows", ()),)

    def start(self):
        super().start()
        self._row = iter(self.p.rows)

    def _load(self):
        row = next(self._row, None)
        if row is None:
            return False
        lines = self.lines
        (
            lines.datetime[0],
            lines.open[0],
            lines.high[0],
            lines.low[0],
            lines.close[0],
            lines.volume[0],
        ) = row
        lines.openinterest[0] = 0.0
        return True


def rows_of(bars) -> tuple:
    """Turn bars into rows: a list is day 1, 2, 3 ..., a dict names its days; volume may be left out."""
    days = bars.items() if isinstance(bars, dict) else enumerate(bars, start=1)
    return tuple((day_number(day), *bar, *(() if len(bar) == 5 else (1000.0,))) for day, bar in days)
