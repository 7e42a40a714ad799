"""A user who asks for everything. Requires: a seed. Gives: `Requests`, a mixin whose `next` draws from a list of calls.

What is drawn in a bar depends on the seed, the number of the bar and what the strategy can see then, so that one
seed asks the same in every engine mode, and cutting the market after a bar changes nothing before it.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from typing import NamedTuple

import backtrader as bt

from bt_risk import RiskStrategy

LIMIT, STOP, TRAIL = bt.Order.Limit, bt.Order.Stop, bt.Order.StopTrail


class Ask(NamedTuple):
    """One call: when, what, on which data, for which side (+1, -1), and the numbers of the orders returned.

    `held` is the position at the call; `may_open` tells whether the words of the call allow a position on `side`.
    """

    bar: int
    kind: str
    data: int
    side: int
    size: float | None
    held: float
    may_open: bool
    refs: tuple[int, ...]


class Requests:
    """Ask for orders of every kind, sensible and absurd. Goes left of the strategy's base."""

    def __init__(self):
        self.asked: list[Ask] = []
        self.sent = []
        self._closed = set()
        self._bar = 0
        self._told = 0

    def prenext(self):
        self.next()

    def next(self):
        self.begin(len(self))
        self.ask_some(f"{self.p.seed}/{len(self)}", self.p.activity)

    def prenext_open(self):
        self.next_open()

    def next_open(self):
        self.begin(len(self) + 1)
        self.ask_some(f"{self.p.seed}/open/{len(self)}", self.p.at_open)

    def begin(self, bar):
        """Forget what was closed in an earlier bar; a bar begins with its opening or its first notice."""
        if bar != self._bar:
            self._bar = bar
            self._closed.clear()

    def ask_some(self, seed, activity):
        rng = random.Random(seed)
        while rng.random() < activity:
            self.ask_once(rng)

    def notify_order(self, order):
        self._told += 1
        self.begin(len(self))
        rng = random.Random(f"{self.p.seed}/told/{self._told}")
        if order.status == order.Completed and rng.random() < self.p.from_notices:
            self.ask_once(rng)

    def ask_once(self, rng):
        kind = rng.choices(KINDS, WEIGHTS)[0]
        numbers = range(len(self.datas))
        if kind in AGAINST and rng.random() < 0.8:
            numbers = [number for number in numbers if self.held(number)] or numbers
        number = rng.choice(numbers)
        side = rng.choice((1, 1, -1)) if self.p.shorts else 1
        data = self.datas[number]
        if not len(data) and kind is not unsized:
            return
        kind(self, rng, number, data, side)

    def note(self, kind, number, side, size, order, *, may_open=None):
        """Remember a call and the orders it returned."""
        held = self.held(number)
        if may_open is None:
            against = held * side < 0
            may_open = not against or number in self._closed or (size is not None and abs(size) > abs(held))
        orders = order if isinstance(order, list) else [order]
        found = [one for one in orders if one is not None]
        self.sent.extend(found)
        refs = tuple(one.ref for one in found)
        self.asked.append(Ask(len(self), kind, number, side, size, held, may_open, refs))

    def held(self, number):
        position = self.broker.positions.get(self.datas[number])
        return position.size if position is not None else 0.0

    def order(self, side, **kwargs):
        return (self.buy if side > 0 else self.sell)(**kwargs)


def distance(rng) -> float:
    """Return a distance from the price, 0.1 to 30 % of it."""
    return math.exp(rng.uniform(math.log(0.001), math.log(0.3)))


def some_size(rng) -> float:
    return rng.choice((1, 2, 7, 50, 400, 1e6, 1e12, 0.5, 33.3))


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
        self.note("cancel", where, 0, None, None, may_open=False)


def own_exit(self, rng, number, data, side):
    """The user's own stop, trailing stop or limit against the position, of any size."""
    held = self.held(number)
    if not held:
        return
    side = -1 if held > 0 else 1
    size = rng.choice((None, abs(held), abs(held) / 2, abs(held) * 2))
    close = data.close[0]
    kind = rng.choice(("stop", "stop", "trail", "limit"))
    if kind == "trail":
        how = dict(exectype=TRAIL, trailamount=close * distance(rng))
    else:
        sign = side if kind == "stop" else -side
        how = dict(exectype=STOP if kind == "stop" else LIMIT, price=close * (1 + sign * distance(rng)))
    order = self.order(side, data=data, size=size, **how)
    self.note(f"own {kind}", number, side, size, order, may_open=False)


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
    own_exit: 4,
    add: 6,
}
AGAINST = (close, close_part, opposite, turn, own_exit, add)  # mostly asked where there is a position
KINDS, WEIGHTS = tuple(CALLS), tuple(CALLS.values())


class RiskRequests(Requests, RiskStrategy):
    """The user under a risk desk."""

    params = (("seed", 0), ("activity", 0.35), ("shorts", True), ("from_notices", 0.1), ("at_open", 0.0))

    def __init__(self):
        Requests.__init__(self)
