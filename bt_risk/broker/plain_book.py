"""What the broker knows of a strategy without a desk. Requires: its broker. Gives: positions with their stops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import backtrader as bt

from bt_risk.broker.broker_view import BrokerView
from bt_risk.market.instruments import name_instruments
from bt_risk.maths.heat import locked_in, open_risk

STOPS = (bt.Order.Stop, bt.Order.StopTrail)
AT_MARKET = (bt.Order.Market, bt.Order.Close)


@dataclass(frozen=True, slots=True)
class BookRow:
    """One instrument in which there is a position or an entry on its way; risks in account currency.

    `stop` is the level of the stop that is hit first, None without one. What no stop covers risks its notional.
    """

    data: Any
    name: str
    size: float
    entry: float
    stop: float | None
    open_risk: float
    locked_in: float
    reserved_risk: float


class PlainBook:
    """Read positions and risks of a plain strategy from its broker: its own live Stop orders are its stops.

    A resting order against the position is an exit. On a flat instrument the first order is an entry, those on its
    side too, and Stop orders on the other side are its stops, as are the children of a bracket. Stop-limit orders
    protect nothing, as a gap leaves them unfilled.
    """

    def __init__(self, strategy: Any) -> None:
        self._broker = strategy.broker
        self.view = BrokerView(strategy.broker, strategy.datas)
        names = name_instruments(strategy.datas)
        self.names = dict(zip(strategy.datas, names, strict=True))
        self._held: dict[Any, None] = {}

    @property
    def knows_orders(self) -> bool:
        """Whether the broker lists its orders: only the simulated one does."""
        return self.view.is_simulated

    def take(self, order: Any) -> None:
        """Take in an order notification: where something was filled there may be a position."""
        self._held[order.data] = None

    def rows(self) -> list[BookRow]:
        """Return a row for each instrument with a position or an entry; the cost grows with these alone."""
        self.view.see_rates()
        resting: dict[Any, list[Any]] = {}
        for order in self.resting():
            resting.setdefault(order.data, []).append(order)
        found = []
        for data in list({**self._held, **resting}):
            size = self.view.position_size(data)
            if not size:
                self._held.pop(data, None)
            row = self._row(data, size, resting.get(data, []))
            if row.size or row.reserved_risk:
                found.append(row)
        return found

    def stops(self, data: Any, size: float) -> list[tuple[float, float]]:
        """Return (units, level) of the live stops against a position of `size`, that which is hit first in front."""
        orders = [order for order in self.resting() if order.data is data]
        return self._stops_of(orders, size)

    def resting(self) -> list[Any]:
        """Return every order that is alive at the broker, in its order."""
        if not self.knows_orders:
            return []
        orders = (*self._broker.pending, *self._broker.submitted)
        return [order for order in orders if order is not None and order.alive()]

    def _row(self, data: Any, size: float, orders: list[Any]) -> BookRow:
        entry = self.view.entry_price(data)
        stops = self._stops_of(orders, size)
        risk, secured = self._risk(data, size, entry, stops) if size else (0.0, 0.0)
        return BookRow(
            data=data,
            name=self.names[data],
            size=size,
            entry=entry,
            stop=stops[0][1] if stops and size else None,
            open_risk=risk,
            locked_in=secured,
            reserved_risk=self._reserved(data, size, orders),
        )

    @staticmethod
    def _stops_of(orders: Iterable[Any], size: float) -> list[tuple[float, float]]:
        return _levels((order for order in orders if not _waits_for_entry(order)), size)

    def _risk(
        self, data: Any, size: float, entry: float, stops: list[tuple[float, float]]
    ) -> tuple[float, float]:
        """Return (open risk, profit locked in) of a position from `entry` with `stops` for all or a part of it."""
        side, left, risk, secured = (1.0 if size > 0.0 else -1.0), abs(size), 0.0, 0.0
        for units, level in stops:
            covered = min(units, left)
            if covered <= 0.0:
                break
            pnl = self.view.pnl(data, side * covered, entry, level)
            costs = self.view.commission(data, covered, level)
            risk, secured = risk + open_risk(pnl, costs), secured + locked_in(pnl, costs)
            left -= covered
        return (risk + self.view.notional(data, left, entry) if left > 0.0 else risk), secured

    def _reserved(self, data: Any, size: float, orders: list[Any]) -> float:
        """Return what the entries on their way risk, to their stops where they have some."""
        free = [order for order in orders if not _waits_for_entry(order)]
        if not free:
            return 0.0
        side = size or min(free, key=lambda order: order.ref).executed.remsize
        total = 0.0
        for order in free:
            units = order.executed.remsize
            if units * side <= 0.0:
                continue
            price = order.created.pclose if order.exectype in AT_MARKET else order.created.price
            mine = [each for each in orders if each.parent is not None and each.parent.ref == order.ref]
            stops = _levels(mine if mine or size else free, units)
            total += self._risk(data, units, price, stops)[0]
        return total


def _levels(orders: Iterable[Any], size: float) -> list[tuple[float, float]]:
    """Return (units, level) of the Stop orders against `size`, the first to be hit in front."""
    against = (order for order in orders if order.executed.remsize * size < 0.0 and order.exectype in STOPS)
    return sorted(
        ((abs(order.executed.remsize), order.created.price) for order in against),
        key=lambda stop: stop[1],
        reverse=size > 0.0,
    )


def _waits_for_entry(order: Any) -> bool:
    """Return whether an order is the child of an entry that has not filled yet."""
    parent = order.parent
    return parent is not None and parent.alive() and not parent.executed.size
