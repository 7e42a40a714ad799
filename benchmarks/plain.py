"""The same trading written by hand on plain Backtrader: once as lean as can be, once as most people write it."""

from __future__ import annotations

import math
from typing import Any

import backtrader as bt

from benchmarks.workload import COMMISSION, crossings


class Trade:
    """An entry on its way, then the position it opens."""

    __slots__ = (
        "cash",
        "distance",
        "entry",
        "extreme",
        "order",
        "price",
        "risk",
        "sent_stop",
        "size",
        "stop",
        "stop_order",
    )

    def __init__(self, size: float, price: float, distance: float, cash: float) -> None:
        self.size = size
        self.price = price
        self.distance = distance
        self.cash = cash
        self.extreme = -math.inf
        self.entry = self.stop = self.sent_stop = math.nan
        self.order: Any = None
        self.stop_order: Any = None
        self.set_risk(price, price - distance)

    def set_risk(self, entry: float, stop: float) -> None:
        """Note what is lost from `entry` to `stop`, the exit's commission included."""
        self.risk = max(0.0, self.size * (entry - stop + COMMISSION * stop))


class AverageRange:
    """Wilder's average true range over 14 bars, a bar at a time."""

    __slots__ = ("_close", "_high", "_known", "_low", "_previous", "value")

    def __init__(self, data: Any) -> None:
        self._high, self._low, self._close = data.lines.high, data.lines.low, data.lines.close
        self._previous = math.nan
        self._known = -1
        self.value = 0.0

    def update(self) -> None:
        """Take in the bar that has just come."""
        high, low, previous = self._high[0], self._low[0], self._previous
        self._previous = self._close[0]
        if previous > high:
            high = previous
        elif previous < low:
            low = previous
        self._known += 1
        if self._known > 14:
            self.value += (high - low - self.value) / 14.0
        elif self._known > 0:
            self.value += (high - low) / 14.0


class LeanCross(bt.Strategy):
    """A bracket whose stop child is active from the entry bar on and is moved in place; average ranges by hand."""

    def __init__(self):
        self.cross = crossings(self.datas)
        self.trades: dict[Any, Trade] = {}
        self.set_up_ranges()

    def set_up_ranges(self):
        """Make one average range per instrument."""
        self.ranges = {data: AverageRange(data) for data in self.datas}

    def update_ranges(self):
        """Take in this bar."""
        for average in self.ranges.values():
            average.update()

    def average_range(self, data):
        """Return the average range of one instrument."""
        return self.ranges[data].value

    def move_stop(self, data, trade):
        """Bring the stop order to the trade's stop."""
        trade.stop_order.created.price = trade.stop

    def notify_order(self, order):
        """Anchor the stop to the fill, and forget what is closed or refused."""
        if order.alive():
            return
        data = order.data
        trade = self.trades.get(data)
        if trade is None:
            return
        if order.ref == trade.order.ref and order.status == order.Completed:
            trade.entry = order.executed.price
            trade.stop = trade.entry - trade.distance
            trade.cash = 0.0
            trade.set_risk(trade.entry, trade.stop)
        elif order.ref in (trade.order.ref, trade.stop_order.ref):
            del self.trades[data]

    def prenext(self):
        """Let the average ranges see the warm-up."""
        self.update_ranges()

    def next(self):
        """Trail the stops, then enter on each crossing."""
        self.update_ranges()
        for data, trade in self.trades.items():
            trade.extreme = max(trade.extreme, data.high[0])
            if trade.extreme - trade.entry >= trade.distance:
                stop = trade.extreme - 3.0 * self.average_range(data)
                if stop > trade.stop:
                    trade.stop = stop
                    trade.set_risk(trade.entry, stop)
            if trade.stop != trade.sent_stop:
                trade.sent_stop = trade.stop
                self.move_stop(data, trade)
        for data, cross in self.cross.items():
            if cross[0] > 0.0 and data not in self.trades and len(self.trades) < 10:
                self.enter(data)

    def enter(self, data):
        """Buy what risk, heat, position size and cash allow, with a stop at 2.5 average ranges."""
        trades, equity, price = self.trades.values(), self.broker.getvalue(), data.close[0]
        average = self.average_range(data)
        distance = 2.5 * average
        stop = price - distance
        heat = sum(trade.risk for trade in trades)
        cash = self.broker.getcash() - sum(trade.cash for trade in trades)
        # One average range is kept back for a worse opening price.
        cash_per_unit = price * (1.0 + COMMISSION) * (1.0 + average / price)
        size = math.floor(
            min(
                0.01 * equity / (distance + COMMISSION * (price + stop)),
                (0.10 * equity - heat) / (distance + COMMISSION * stop),
                0.10 * equity / price,
                cash / cash_per_unit,
            )
        )
        if size < 1 or heat >= 0.95 * 0.10 * equity:
            return
        trade = Trade(size, price, distance, cash_per_unit * size)
        trade.order, trade.stop_order, _ = self.buy_bracket(
            data, size=size, exectype=bt.Order.Market, stopprice=stop, limitexec=None
        )
        trade.stop_order.activate()
        self.trades[data] = trade


class UsualCross(LeanCross):
    """The indicator of Backtrader for the average range, and a stop that is cancelled and sent again to move it."""

    def set_up_ranges(self):
        """Let Backtrader compute the average ranges."""
        self.ranges = {data: bt.ind.ATR(data, period=14) for data in self.datas}

    def update_ranges(self):
        """Leave it to Backtrader."""

    def average_range(self, data):
        """Return the average range of one instrument."""
        return self.ranges[data][0]

    def move_stop(self, data, trade):
        """Replace the stop order by one at the trade's stop."""
        self.cancel(trade.stop_order)
        trade.stop_order = self.sell(data, size=trade.size, exectype=bt.Order.Stop, price=trade.stop)
