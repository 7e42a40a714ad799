"""Hand-made bars of minutes. Gives: a feed of a few sessions, and the times of its bars."""

from __future__ import annotations

import datetime as dt

import backtrader as bt

from tests.bench.feed import FIRST_DAY, RowFeed

OPENING = dt.time(9, 30)


def at(day: int, bar: int, *, opening: dt.time = OPENING, step: int = 1) -> dt.datetime:
    """Return the end of a session's bar, the first being 1, on a day of the market, day 1 being Monday 2024-01-01."""
    date = FIRST_DAY.date() + dt.timedelta(days=day - 1)
    return dt.datetime.combine(date, opening) + dt.timedelta(minutes=bar * step)


def minutes(sessions, *, opening=OPENING, step=1, is_declared=True, **options) -> RowFeed:
    """Return a feed of bars of `step` minutes; `sessions` are lists of bars by day (a list is day 1, 2, 3 ...).

    A feed that is not declared says of its minutes that they are days, as Backtrader's feeds do by default.
    """
    days = sessions.items() if isinstance(sessions, dict) else enumerate(sessions, start=1)
    rows = tuple(
        (bt.date2num(at(day, number, opening=opening, step=step)), *bar, 1000.0)
        for day, bars in days
        for number, bar in enumerate(bars, start=1)
    )
    if is_declared:
        options |= {"timeframe": bt.TimeFrame.Minutes, "compression": step}
    return RowFeed(rows=rows, **options)
