"""The trades of a strategy without a desk, from its fills. Requires: its broker. Gives: `TradeRecord`s."""

from __future__ import annotations

import functools
from dataclasses import replace
from math import nan
from typing import Any

import backtrader as bt

from bt_risk.broker.plain_book import STOPS, PlainBook
from bt_risk.broker.quotes import market_quote
from bt_risk.market.clock import WallClock
from bt_risk.maths.limits import at_least
from bt_risk.rules.attribution import NOTHING
from bt_risk.rules.open_trade import OpenTrade
from bt_risk.rules.trade_record import EntryFill, ExitFill, TradeRecord

REASONS = {
    bt.Order.Market: "market",
    bt.Order.Close: "close",
    bt.Order.Limit: "limit",
    bt.Order.Stop: "stop",
    bt.Order.StopLimit: "stop_limit",
    bt.Order.StopTrail: "trail",
    bt.Order.StopTrailLimit: "trail_limit",
}


class PlainTrades:
    """Follow a plain strategy's positions fill by fill; adds and partial exits belong to one trade until it is flat.

    The planned risk of an entry runs from its fill to the strategy's own stop: the live Stop orders against it at the
    fill, its bracket's, or those sent by the end of that bar. They must cover the whole position; a trade that they
    did not cover has no R. The reason of an exit is the type of its order.
    """

    def __init__(self, strategy: Any) -> None:
        self._broker = strategy.broker
        self._book = PlainBook(strategy)
        self._clock = WallClock(strategy)
        self._open: dict[Any, OpenTrade] = {}
        self._entered: dict[Any, None] = {}
        self._unrated: set[Any] = set()
        # (Number of the order's entry, units, level) of the stops that rested when the last bar ended.
        self._rested: dict[Any, list[tuple[int | None, float, float]]] = {}
        self.closed: list[TradeRecord] = []

    @property
    def open(self) -> list[TradeRecord]:
        """The trades that are not closed, as they stand."""
        return [
            self._rated(data, trade.record(0, bar=len(data), is_closed=False))
            for data, trade in self._open.items()
        ]

    def take(self, order: Any) -> None:
        """Write down the fills that a notice tells of."""
        self._book.take(order)
        for bit in order.executed.iterpending():
            if bit.closed:
                self._leave(order, bit)
            if bit.opened:
                self._enter(order, bit)

    def _enter(self, order: Any, bit: Any) -> None:
        data = order.data
        trade = self._open.get(data)
        if trade is None:
            trade = self._open[data] = OpenTrade(self._book.names[data], is_long=bit.opened > 0)
        units, stop = abs(bit.opened), self._stop_at_fill(order, bit)
        self._entered[data] = None
        is_whole_bar = order.exectype == order.Market or bool(trade.entries)
        low, high = (data.low[0], data.high[0]) if is_whole_bar else (data.close[0], data.close[0])
        trade.enter(
            EntryFill(
                units=units,
                decision=None,
                decided=bit.price,
                stop=stop,
                quote=bit.price,
                price=bit.price,
                time=bt.num2date(self._clock.local(bit.dt)),
                bar=len(data),
                commission=self._book.view.convert(data, bit.openedcomm),
                risk=0.0 if stop is None else self._risk(data, trade.sign * units, bit.price, stop),
                is_add=bool(trade.entries),
                unprotected_close=None,
            ),
            high,
            low,
        )

    def _risk(self, data: Any, size: float, price: float, stop: float) -> float:
        return max(0.0, -self._book.view.pnl(data, size, price, stop))

    def _stop_at_fill(self, order: Any, bit: Any) -> float | None:
        """Return the level of the stops that stood against an entry when it was filled; None without one."""
        rested = self._rested.get(order.data, [])
        mine = [stop for stop in rested if stop[0] == order.ref]
        against = [(units, level) for _, units, level in mine or rested if units * bit.opened < 0.0]
        against = against or [
            (units, level) for units, level in self._book.stops(order.data, bit.psize) if units
        ]
        if not against:
            return None
        return (max if bit.opened > 0 else min)(level for _, level in against)

    def _leave(self, order: Any, bit: Any) -> None:
        data = order.data
        trade = self._open.get(data)
        if trade is None:
            return
        view = self._book.view
        seen = () if trade.entries[0].bar == len(data) else (data.open[0],)
        fill = ExitFill(
            units=abs(bit.closed),
            reason=REASONS.get(order.exectype, "market"),
            stop=order.created.price if order.exectype in STOPS else None,
            quote=market_quote(order, bit, self._broker),
            price=bit.price,
            time=bt.num2date(self._clock.local(bit.dt)),
            bar=len(data),
            commission=view.convert(data, bit.closedcomm),
            pnl=view.convert(data, bit.pnl),
            parts=NOTHING,
        )
        trade.leave(fill, functools.partial(view.pnl, data), seen)
        if bit.psize * trade.sign <= 0.0:
            record = trade.record(len(self.closed) + 1, bar=fill.bar, is_closed=True)
            self.closed.append(self._rated(data, record))
            del self._open[data]
            self._unrated.discard(data)

    def end_bar(self) -> None:
        """Look at the stops behind this bar's entries, and let open trades see its range."""
        for data, trade in self._open.items():
            if data in self._entered:
                self._adopt(data, trade)
            trade.see(len(data), data.high[0], data.low[0])
        self._entered.clear()
        self._rested.clear()
        for order in self._book.resting():
            if order.exectype in STOPS:
                entry = None if order.parent is None else order.parent.ref
                stop = (entry, order.executed.remsize, order.created.price)
                self._rested.setdefault(order.data, []).append(stop)

    def _adopt(self, data: Any, trade: OpenTrade) -> None:
        size = trade.sign * trade.held
        stops = self._book.stops(data, size)
        if not at_least(sum(units for units, _ in stops), trade.held):
            self._unrated.add(data)
        elif all(fill.stop is None for fill in trade.entries):
            trade.adopt(stops[0][1], functools.partial(self._book.view.pnl, data))

    def _rated(self, data: Any, record: TradeRecord) -> TradeRecord:
        """Return the record without an R where a part of the position had no stop."""
        if data not in self._unrated and all(fill.stop is not None for fill in record.entries):
            return record
        entries = tuple(replace(fill, risk=nan) for fill in record.entries)
        return replace(record, entries=entries, mae=nan, mfe=nan)
