"""The account of a plain strategy as the rules need it. Requires: the broker. Gives: `Book`, sizes on their way."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.broker.broker_view import BrokerView
from bt_risk.maths.heat import open_risk
from bt_risk.rules.request import Book, TradeHistory
from bt_risk.rules.tiers import Tier

MARKET_TYPES = (None, bt.Order.Market, bt.Order.Close)
STOP_TYPES = (bt.Order.Stop, bt.Order.StopTrail)


class Account:
    """Read positions, resting orders and stops from the broker, each time anew: nothing can drift.

    A stop order that rests at the broker counts before the stop that an entry was sized to; a position with neither
    risks its whole notional. Only the simulated broker shows its orders.
    """

    def __init__(self, strategy: Any) -> None:
        self.view = BrokerView(strategy.broker, strategy.datas)
        self._sized: dict[Any, tuple[float, float]] = {}
        self._strategy = strategy

    def remember(self, data: Any, price: float, stop: float) -> None:
        """Remember the price and the stop that an entry was sized to."""
        self._sized[data] = (price, stop)

    def forget(self, data: Any) -> None:
        """Forget what an entry was sized to, once nothing of it is held or on its way."""
        if not self.view.position_size(data) and not any(o.data is data for o in self._orders()):
            self._sized.pop(data, None)

    def book(self, history: TradeHistory) -> Book:
        """Return the account at this moment, entries on their way included."""
        view = self.view
        orders = self._orders()
        sizes = {data: view.position_size(data) for data in self._strategy.datas}
        held = {data: size for data, size in sizes.items() if size}
        entries = [o for o in orders if o.parent is None and o.executed.remsize * sizes[o.data] >= 0.0]
        return Book(
            equity=view.equity(),
            cash=view.cash(),
            open_risk=sum(self._open_risk(data, size, orders) for data, size in held.items()),
            reserved_risk=sum(self._reserved_risk(order, orders) for order in entries),
            notional=sum(view.notional(data, size, data.close[0]) for data, size in held.items()),
            pending_notional=sum(view.notional(o.data, o.executed.remsize, _price(o)) for o in entries),
            pending_cash=sum(self._cash(order) for order in entries),
            positions=len(held),
            pending=len({order.data for order in entries} - held.keys()),
            holds_data=False,
            awaits_data=False,
            tier=Tier.NORMAL,
            halted="" if view.is_equity_known() else "the account's value is not a number",
            history=history,
        )

    def size_after_orders(self, data: Any) -> float:
        """Return the signed position in `data` once the market orders that wait for the next bar are filled."""
        waiting = (
            order.executed.remsize
            for order in self._orders()
            if order.data is data and order.exectype in MARKET_TYPES
        )
        return self.view.position_size(data) + sum(waiting)

    def _orders(self) -> list[Any]:
        if not self.view.is_simulated:
            return []
        broker = self._strategy.broker
        # While it fills orders, the broker marks the end of its queue with None.
        return [o for o in (*broker.submitted, *broker.pending) if o is not None and o.alive()]

    def _cash(self, order: Any) -> float:
        per_unit = self.view.cash_to_open(order.data, _price(order), is_long=order.isbuy())
        return per_unit * abs(order.executed.remsize)

    def _open_risk(self, data: Any, size: float, orders: list[Any]) -> float:
        resting = [
            order.created.price
            for order in orders
            if order.data is data and order.exectype in STOP_TYPES and order.executed.remsize * size < 0.0
        ]
        entry = self.view.entry_price(data)
        return self._risk(data, size, entry, resting[0] if resting else self._planned_stop(data, size, entry))

    def _reserved_risk(self, order: Any, orders: list[Any]) -> float:
        children = [o.created.price for o in orders if o.parent is order and o.exectype in STOP_TYPES]
        data, size, entry = order.data, order.executed.remsize, _price(order)
        return self._risk(
            data, size, entry, children[0] if children else self._planned_stop(data, size, entry)
        )

    def _planned_stop(self, data: Any, size: float, entry: float) -> float | None:
        """Return the stop that an entry was sized to, as its distance where it is on the wrong side of `entry`.

        A sizer is not told the price of a limit order, which may lie far from the one it decided at.
        """
        if data not in self._sized:
            return None
        price, stop = self._sized[data]
        if (entry - stop) * size > 0.0:
            return stop
        return entry - abs(price - stop) if size > 0.0 else entry + abs(price - stop)

    def _risk(self, data: Any, size: float, entry: float, stop: float | None) -> float:
        if stop is None:
            return self.view.notional(data, size, entry)
        return open_risk(self.view.pnl(data, size, entry, stop), self.view.commission(data, size, stop))


def _price(order: Any) -> float:
    return float(order.created.price or order.created.pclose)
