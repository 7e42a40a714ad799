"""Play a script of orders on a hand-made market. Gives: what was filled and what was notified, bar by bar.

Bar n is the bar on which `len(strategy) == n`. A script entry for bar n runs in `next` of that
bar, and its orders meet the prices of bar n + 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import backtrader as bt

from tests.bench.feed import RowFeed, rows_of

MARKET, LIMIT, STOP = bt.Order.Market, bt.Order.Limit, bt.Order.Stop


@dataclass
class Played:
    """What one run showed; `fills` holds (bar, signed size, price), `notices` (bar, order's name, status)."""

    fills: list = field(default_factory=list)
    notices: list = field(default_factory=list)
    position: float = 0
    cash: float = math.nan
    value: float = math.nan
    strategy: bt.Strategy = None

    def statuses(self, name):
        return [status for _, label, status in self.notices if label == name]


class Scripted(bt.Strategy):
    """Run `script[bar](strategy)`; orders kept in `sent` by name are recognised in the notices."""

    params = (("script", {}), ("played", None), ("on_order", None))

    def __init__(self):
        self.sent = {}

    def prenext(self):
        self.next()

    def next(self):
        action = self.p.script.get(len(self))
        if action is not None:
            action(self)

    def notify_order(self, order):
        name = next((label for label, sent in self.sent.items() if sent == order), "?")
        self.p.played.notices.append((len(self), name, order.getstatusname()))
        for bit in order.executed.iterpending():
            self.p.played.fills.append((len(self), bit.size, bit.price))
        if self.p.on_order is not None:
            self.p.on_order(self, order)


def broker_cerebro(*markets, cash=10_000.0, **modes):
    """Return a Cerebro with one feed a market, named d0, d1 ..."""
    cerebro = bt.Cerebro(stdstats=False, **modes)
    cerebro.broker.setcash(cash)
    for number, bars in enumerate(markets):
        cerebro.adddata(RowFeed(rows=rows_of(bars)), name=f"d{number}")
    return cerebro


def play(*markets, script, on_order=None, cash=10_000.0, prepare=None, strategy=Scripted, **modes):
    """Run a script over one or more markets; `prepare(cerebro)` sets commissions, fillers and the like."""
    cerebro = broker_cerebro(*markets, cash=cash, **modes)
    if prepare is not None:
        prepare(cerebro)
    played = Played()
    cerebro.addstrategy(strategy, script=script, played=played, on_order=on_order)
    (played.strategy,) = cerebro.run()
    played.position = sum(position.size for position in cerebro.broker.positions.values())
    played.cash = cerebro.broker.getcash()
    played.value = cerebro.broker.getvalue()
    return played


def send(name, method, **kwargs):
    """Return a script entry that sends one order, or a bracket of three, and remembers it by name."""

    def act(strategy):
        sent = getattr(strategy, method)(**kwargs)
        if isinstance(sent, list):
            strategy.sent.update(zip((name, f"{name} stop", f"{name} target"), sent, strict=True))
        else:
            strategy.sent[name] = sent

    return act


def each(*actions):
    """Return a script entry that runs several in turn."""

    def act(strategy):
        for action in actions:
            action(strategy)

    return act


def cancel(name):
    """Return a script entry that cancels the order of that name."""
    return lambda strategy: strategy.cancel(strategy.sent[name])


def with_stop(name="entry", *, buy=True, activate=True, size=10, stop, data=None, **kwargs):
    """Return a script entry for a Market entry and its stop, sent unchecked as parent and activated child."""

    def act(strategy):
        enter, leave = (strategy.buy, strategy.sell) if buy else (strategy.sell, strategy.buy)
        which = strategy.datas[0] if data is None else strategy.datas[data]
        parent = enter(data=which, size=size, transmit=False, _checksubmit=False, **kwargs)
        child = leave(data=which, size=size, exectype=STOP, price=stop, parent=parent, _checksubmit=False)
        if activate:
            child.activate()
        strategy.sent[name], strategy.sent["stop"] = parent, child

    return act


class FreshBarOnly:
    """Answer `order.active()` only when the data has a new, priced bar since the order was placed."""

    def __init__(self, order, placed=None):
        self.data = order.data
        self.placed = len(order.data) if placed is None else placed

    def __call__(self):
        price = self.data.open[0]
        return len(self.data) > self.placed and math.isfinite(price) and price > 0


class AfterEntry(FreshBarOnly):
    """Hold an order, moreover, until its entry is filled whole."""

    def __init__(self, order, entry):
        super().__init__(order)
        self.entry = entry

    def __call__(self):
        return super().__call__() and self.entry.status == bt.Order.Completed


def with_gated_stop(*, size=10, stop, **entry):
    """Return a script entry for an entry and a bare stop, unrelated to the broker, that a gate ties together."""

    def act(strategy):
        strategy.sent["entry"] = strategy.buy(size=size, _checksubmit=False, **entry)
        order = strategy.sell(size=size, exectype=STOP, price=stop, _checksubmit=False)
        order.active = AfterEntry(order, strategy.sent["entry"])
        strategy.sent["stop"] = order

    return act
