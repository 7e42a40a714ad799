"""Fills for tests of trade records: 100 in at 100 with the stop at 95, out at 95, unless a test says otherwise."""

from __future__ import annotations

import datetime as dt

from bt_risk.rules.attribution import NOTHING
from bt_risk.rules.open_trade import OpenTrade
from bt_risk.rules.trade_record import EntryFill, ExitFill

FIRST_DAY = dt.datetime(2024, 1, 1)


def linear(size, before, after):
    return size * (after - before)


def day(bar):
    return FIRST_DAY + dt.timedelta(days=bar - 1)


def entry(units=100.0, price=100.0, bar=1, **changes):
    """Return an entry as it was decided, filled at the market."""
    stop = changes.pop("stop", price - 5.0)
    fields = {
        "units": units,
        "decision": 1,
        "decided": price,
        "stop": stop,
        "quote": price,
        "price": price,
        "time": day(bar),
        "bar": bar,
        "commission": 0.0,
        "risk": units * abs(price - (0.0 if stop is None else stop)),
        "is_add": False,
        "unprotected_close": None,
    }
    return EntryFill(**{**fields, **changes})


def leave(units=100.0, price=95.0, bar=2, reason="stop", **changes):
    """Return an exit at the market, by the stop at 95."""
    fields = {
        "units": units,
        "reason": reason,
        "stop": 95.0,
        "quote": price,
        "price": price,
        "time": day(bar),
        "bar": bar,
        "commission": 0.0,
        "pnl": 0.0,
        "parts": NOTHING,
    }
    return ExitFill(**{**fields, **changes})


def play(*fills, is_long=True, money=linear, data="d0"):
    """Return the trade after fills, bars as (number, high, low), and stops that an entry without one was given.

    The bar of an entry goes no further than its quote, unless a bar of that number stands before it.
    """
    trade, ranges = OpenTrade(data, is_long=is_long), {}
    for one in fills:
        if isinstance(one, EntryFill):
            trade.enter(one, *ranges.get(one.bar, (one.quote, one.quote)))
        elif isinstance(one, ExitFill):
            trade.leave(one, money)
        elif isinstance(one, tuple):
            bar, high, low = one
            ranges[bar] = high, low
            if trade.entries:
                trade.see(bar, high, low)
        else:
            trade.adopt(one, money)
    return trade


def closed(*fills, number=1, **options):
    """Return the record of a trade that is over."""
    trade = play(*fills, **options)
    return trade.record(number, bar=trade.exits[-1].bar, is_closed=True)
