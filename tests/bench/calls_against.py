"""Calls of a user against what is there, or tied to it. Requires: a strategy with `Requests`. Gives: calls."""

from __future__ import annotations

import datetime as dt

import backtrader as bt

from tests.bench.draws import LIMIT, STOP, TRAIL, distance, some_size

AT_CLOSE, MARKET = bt.Order.Close, bt.Order.Market
ENDS = (None, None, dt.timedelta(days=1), dt.timedelta(days=4), bt.Order.DAY, 0)


def some_order(self, rng):
    """Return one of the last orders, mostly none."""
    return rng.choice(self.sent[-12:]) if self.sent and rng.random() < 0.2 else None


def own_exit(self, rng, number, data, side):
    """The user's own stop, trailing stop, limit or order for the close against the position, of any size."""
    held = self.held(number)
    if not held:
        return
    side = -1 if held > 0 else 1
    size = rng.choice((None, abs(held), abs(held) / 2, abs(held) * 2))
    close = data.close[0]
    kind = rng.choice(("stop", "stop", "trail", "limit", "close"))
    if kind == "close":
        how = dict(exectype=AT_CLOSE)
    elif kind == "trail":
        how = dict(exectype=TRAIL, trailamount=close * distance(rng))
    else:
        sign = side if kind == "stop" else -side
        how = dict(exectype=STOP if kind == "stop" else LIMIT, price=close * (1 + sign * distance(rng)))
    how |= dict(valid=rng.choice(ENDS), oco=some_order(self, rng))
    order = self.order(side, data=data, size=size, **how)
    # At the close, more than all of it is a reversal, and so is any after a close() of the same bar.
    is_more = number in self._closed or (size is not None and size > abs(held))
    may_open = kind == "close" and is_more
    self.note(f"own {kind}", number, side, size, order, may_open=may_open)


def opposite_bracket(self, rng, number, data, side):
    """A bracket against the position, smaller than it or larger."""
    held = self.held(number)
    if not held:
        return
    side = -1 if held > 0 else 1
    size = rng.choice((None, abs(held) / 2, abs(held)))
    if self.p.shorts and rng.random() < 0.5:
        size = rng.choice((abs(held) * 2, abs(held) + 3))
    kind, price = rng.choice((MARKET, LIMIT, STOP)), data.close[0]
    if kind != MARKET:
        price *= 1 + (side if kind == STOP else -side) * distance(rng) * 0.5
    make = self.buy_bracket if side > 0 else self.sell_bracket
    orders = make(
        data=data,
        size=size,
        exectype=kind,
        price=None if kind == MARKET else price,
        valid=rng.choice(ENDS),
        stopprice=price * (1 - side * distance(rng)),
        limitprice=price * (1 + side * distance(rng)),
    )
    self.note("opposite bracket", number, side, size, orders)


def partnered(self, rng, number, data, side):
    """An entry that rests, tied to any order that was returned."""
    if not self.sent:
        return
    kind = rng.choice((LIMIT, STOP))
    price = data.close[0] * (1 + (side if kind == STOP else -side) * distance(rng) * 0.3)
    against = self.held(number) * side < 0
    order = self.order(side, data=data, exectype=kind, price=price, oco=rng.choice(self.sent[-12:]))
    self.note("partnered", number, side, None, order, may_open=not against)


def take_back(self, rng, number, data, side):
    """An entry, and a part of it back in the same bar."""
    size = some_size(rng) if rng.random() < 0.3 else None
    order = self.order(side, data=data, size=size)
    self.note("entry", number, side, size, order)
    if order is not None and order.alive() and not self.held(number):
        part = abs(order.size) * rng.choice((0.25, 0.5, 1))
        back = self.order(-side, data=data, size=part)
        self.note("take back", number, -side, part, back, may_open=False)


def day_trade(self, rng, number, data, side):
    """In at the opening, out at the close, if it is let in."""
    order = self.order(side, data=data)
    self.note("entry", number, side, None, order)
    if order is not None and not self.held(number):
        out = self.order(-side, data=data, exectype=AT_CLOSE)
        self.note("day trade", number, -side, None, out, may_open=False)
