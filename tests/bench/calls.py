"""What a user may call. Requires: a strategy with `Requests`. Gives: `CALLS`, functions with their weights.

Each draws its numbers, calls the strategy, and notes what it asked for.
"""

from __future__ import annotations

import datetime as dt
import math

import backtrader as bt

from tests.bench.calls_against import day_trade, opposite_bracket, own_exit, partnered, take_back
from tests.bench.draws import LIMIT, STOP, TRAIL, distance, some_size


def unsized(self, rng, number, data, side):
    self.note("entry", number, side, None, self.order(side, data=data))


def sized(self, rng, number, data, side):
    size = some_size(rng)
    self.note("entry", number, side, size, self.order(side, data=data, size=size))


def own_stop(self, rng, number, data, side):
    """A stop of the user's own, now and then on the wrong side of the price, and a target."""
    close = data.close[0]
    stop = close * (1 - side * distance(rng)) if rng.random() < 0.8 else close * (1 + side * distance(rng))
    target = close * (1 + side * distance(rng)) if rng.random() < 0.5 else None
    if rng.random() < 0.05:
        stop = rng.choice((0.0, -close, close, math.nan, math.inf))
    if rng.random() < 0.05:
        target = rng.choice((0.0, -close, close, math.nan, close * (1 - side * 0.01)))
    size = some_size(rng) if rng.random() < 0.3 else None
    self.note("entry", number, side, size, self.order(side, data=data, size=size, stop=stop, target=target))


def resting(self, rng, number, data, side):
    """A limit or a stop entry, most of them with an end."""
    exectype = rng.choice((LIMIT, STOP))
    away = distance(rng) * rng.choice((0.2, 1.0))
    price = data.close[0] * (1 - side * away if exectype == LIMIT else 1 + side * away)
    if rng.random() < 0.1:
        price = data.close[0] * (1 + side * away if exectype == LIMIT else 1 - side * away)
    valid = rng.choice((None, dt.timedelta(days=1), dt.timedelta(days=5), dt.timedelta(days=20)))
    size = some_size(rng) if rng.random() < 0.3 else None
    against = self.held(number) * side < 0
    order = self.order(side, data=data, size=size, exectype=exectype, price=price, valid=valid)
    self.note("resting", number, side, size, order, may_open=not against)


def bracket(self, rng, number, data, side):
    close = data.close[0]
    make = self.buy_bracket if side > 0 else self.sell_bracket
    market = rng.random() < 0.6
    size = some_size(rng) if rng.random() < 0.5 else None
    orders = make(
        data=data,
        size=size,
        exectype=bt.Order.Market if market else LIMIT,
        price=None if market else close * (1 - side * distance(rng) * 0.3),
        stopprice=close * (1 - side * distance(rng)),
        limitprice=close * (1 + side * distance(rng)),
    )
    self.note("bracket", number, side, size, orders)


def add(self, rng, number, data, side):
    """More of what is held: at the market, at a better price, or once it goes on."""
    held = self.held(number)
    if not held:
        return
    side, price = 1 if held > 0 else -1, data.close[0]
    how = rng.choice(({}, {}, {"exectype": LIMIT}, {"exectype": STOP}))
    if how:
        away = distance(rng) * 0.2
        how = how | {"price": price * (1 - side * away if how["exectype"] == LIMIT else 1 + side * away)}
    if rng.random() < 0.4:
        how = how | {"stop": how.get("price", price) * (1 - side * distance(rng))}
    if rng.random() < 0.3:
        how = how | {"target": how.get("price", price) * (1 + side * distance(rng))}
    size = some_size(rng) if rng.random() < 0.3 else None
    self.note("add", number, side, size, self.order(side, data=data, size=size, **how))


def close(self, rng, number, data, side):
    held = self.held(number)
    order = self.close(data=data)
    self.note("close", number, -1 if held > 0 else 1, None, order, may_open=False)
    self._closed.add(number)


def close_part(self, rng, number, data, side):
    held = self.held(number)
    size = (
        max(1, abs(held) // rng.choice((2, 3, 4)))
        if rng.random() < 0.8
        else abs(held) * rng.choice((0.4, 1, 3))
    )
    if not size:
        return
    order = self.close(data=data, size=size)
    self.note("close part", number, -1 if held > 0 else 1, size, order, may_open=False)
    self._closed.add(number)


def opposite(self, rng, number, data, side):
    """Against the position if there is one, smaller than it, equal or larger."""
    held = self.held(number)
    against = -1 if held > 0 else 1 if held < 0 else side
    if against < 0 and not self.p.shorts:
        against = -1 if held > 0 else 1
    size = None
    if held:
        size = rng.choice((None, 1, abs(held), abs(held) / 2, abs(held) * 2, abs(held) + 1))
        if not self.p.shorts and size is not None:
            size = min(size, abs(held))
    self.note("opposite", number, against, size, self.order(against, data=data, size=size))


def turn(self, rng, number, data, side):
    """Close, and in the same bar open the other way."""
    held = self.held(number)
    if not held or not self.p.shorts:
        return
    close(self, rng, number, data, side)
    away = -1 if held > 0 else 1
    self.note("turn", number, away, None, self.order(away, data=data))


def target(self, rng, number, data, side):
    low = -1 if self.p.shorts else 0
    if not (math.isfinite(data.close[0]) and data.close[0] > 0):
        return  # Backtrader itself divides by the close
    share = rng.choice((0, 0.1, 0.5, 2.0, 1, low * 0.2, low * 1.0))
    method, goal = rng.choice(
        (
            (self.order_target_size, round(share * 20)),
            (self.order_target_value, share * 5_000),
            (self.order_target_percent, share),
        )
    )
    order = method(data=data, target=goal)
    # Whether it bought or sold is Backtrader's arithmetic, which for a short future may go either way.
    self.note("target", number, 1, None, order, may_open=bool(goal))
    self.note("target", number, -1, None, None, may_open=bool(goal))
    if not goal:
        self._closed.add(number)  # Backtrader sends it through close()


def cancel_one(self, rng, number, data, side):
    if self.sent:
        order = rng.choice(self.sent[-12:])
        self.cancel(order)
        where = next(k for k, d in enumerate(self.datas) if d is order.data)
        self.note("cancel", where, 0, None, order, may_open=False)


def pair(self, rng, number, data, side):
    """Two ways in, of which one cancels the other, now and then for both sides."""
    close = data.close[0]
    other = -side if self.p.shorts and rng.random() < 0.3 else side
    first = self.order(side, data=data, exectype=LIMIT, price=close * (1 - side * distance(rng) * 0.2))
    self.note("oco", number, side, None, first)
    second = self.order(
        other, data=data, exectype=STOP, price=close * (1 + other * distance(rng) * 0.2), oco=first
    )
    self.note("oco", number, other, None, second)


def odd_entry(self, rng, number, data, side):
    """An entry at the close, by a stop with a limit, or by a trailing stop."""
    price = data.close[0] * (1 + side * distance(rng) * 0.2)
    how = rng.choice(
        (
            dict(exectype=bt.Order.Close),
            dict(exectype=bt.Order.StopLimit, price=price, plimit=price * (1 + side * 0.01)),
            dict(exectype=TRAIL, trailpercent=distance(rng)),
        )
    )
    self.note("odd", number, side, None, self.order(side, data=data, **how))


def behind_the_desk(self, rng, number, data, side):
    """Straight to the broker: a part of the position, all of it, more than it, or a position of its own."""
    held, close = self.held(number), data.close[0]
    if not 0 < close < math.inf:
        return
    some = max(1.0, 0.05 * self.broker.getcash() // close)
    side = rng.choice((1, -1))
    size = rng.choice((abs(held), abs(held) / 2, abs(held) * 0.9, abs(held) + some)) if held else some
    place = self.broker.buy if side > 0 else self.broker.sell
    order = place(self, data, size=size)
    self.strangers.add(order.ref)
    self.note("behind the desk", number, side, size, order, may_open=False)


ABSURD = (math.nan, math.inf, -math.inf, 0.0, -0.0, -1.0, 1e308, 5e-324)


def absurd(self, rng, number, data, side):
    """Any call, with numbers that are none."""
    bad = rng.choice(ABSURD)
    held, close = self.held(number), data.close[0]
    how = rng.choice(
        (
            dict(size=bad),
            dict(stop=bad),
            dict(target=bad),
            dict(size=rng.choice(ABSURD), stop=bad, target=rng.choice(ABSURD)),
            dict(exectype=LIMIT, price=bad),
            dict(exectype=STOP, price=bad, size=rng.choice(ABSURD)),
            dict(exectype=bt.Order.StopLimit, price=close, plimit=bad),
            dict(exectype=TRAIL, trailamount=bad),
            dict(exectype=TRAIL, trailpercent=bad),
            dict(confidence=bad),
            dict(regime=bad),
        )
    )
    what = rng.choice((None, None, "close", "bracket"))
    if what == "close":
        order = self.close(data=data, size=bad)
        self.note("absurd close", number, -1 if held > 0 else 1, bad, order, may_open=False)
        return
    if what == "bracket":
        make = self.buy_bracket if side > 0 else self.sell_bracket
        order = make(
            data=data,
            size=rng.choice((None, bad)),
            price=rng.choice((close, bad)),
            stopprice=rng.choice((close * (1 - side * 0.05), bad)),
            limitprice=bad,
        )
    else:
        order = self.order(side, data=data, **how)
    self.note("absurd", number, side, None, order, may_open=True)


CALLS = {
    unsized: 10,
    sized: 4,
    own_stop: 6,
    resting: 6,
    bracket: 4,
    close: 3,
    close_part: 3,
    opposite: 3,
    turn: 1,
    target: 3,
    cancel_one: 3,
    pair: 2,
    odd_entry: 1,
    own_exit: 4,
    opposite_bracket: 2,
    partnered: 2,
    take_back: 1,
    day_trade: 1,
    add: 6,
}
AGAINST = (
    close,
    close_part,
    opposite,
    turn,
    own_exit,
    opposite_bracket,
    add,
)  # mostly asked where there is a position
