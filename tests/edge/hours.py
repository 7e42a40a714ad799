"""A market of hourly bars, six a day. Gives: `trade_hours`, which runs a script over it as `trade` does over days."""

from __future__ import annotations

import datetime as dt

import backtrader as bt

from tests.bench.feed import RowFeed
from tests.edge.market import trade

HOURS = 6


class Hours(RowFeed):
    """Bars of a session that ends at 16:00."""

    params = (("sessionend", dt.time(16, 0)),)


def hourly(bars, last=16):
    """Return rows of (open, high, low, close) bars, with a volume or 1000; the last of a day stands at that hour."""
    first, rows = dt.datetime(2024, 1, 1), []
    for number, bar in enumerate(bars):
        day, hour = divmod(number, HOURS)
        time = first + dt.timedelta(days=day, hours=last - HOURS + 1 + hour)
        rows.append((bt.date2num(time), *bar, *(() if len(bar) == 5 else (1000.0,))))
    return tuple(rows)


def trade_hours(bars, script, *, last=16, prepare=None, **options):
    """Run a script over one market of hourly bars."""

    def add(cerebro):
        cerebro.adddata(Hours(rows=hourly(bars, last)), name="hours")
        if prepare is not None:
            prepare(cerebro)

    return trade(script=script, prepare=add, **options)
