"""The open positions of a run, with what has come of them. Requires: a strategy. Gives: `PositionView`s."""

from __future__ import annotations

import datetime as dt
from math import isnan, nan
from typing import Any

import backtrader as bt

from bt_risk.analyzers.plain import desk_of
from bt_risk.broker.broker_view import BrokerView
from bt_risk.broker.plain_book import PlainBook
from bt_risk.market.clock import WallClock
from bt_risk.rules.position_view import PositionView, hours_between


class AccountSource:
    """Follow the fills of a run, and describe each open position, at a desk or as the broker knows it.

    `realized` is what all fills have booked so far, commissions taken off, in account currency.
    """

    def __init__(self, strategy: Any) -> None:
        self._strategy = strategy
        self._desk = desk_of(strategy)
        self._book = PlainBook(strategy) if self._desk is None else None
        self._view: BrokerView = self._book.view if self._book is not None else strategy.bt_risk.view
        self._clock = WallClock(strategy)
        self._opened: dict[Any, tuple[float, float]] = {}
        self.realized = 0.0

    def take(self, order: Any) -> None:
        """Take in the fills that a notice tells of."""
        if self._book is not None:
            self._book.take(order)
        data = order.data
        for bit in order.executed.iterpending():
            made = self._view.convert(data, bit.pnl - bit.openedcomm - bit.closedcomm)
            self.realized += made
            since, before = self._opened.get(data, (bit.dt, 0.0))
            if bit.opened and bit.psize == bit.opened:
                # What an order that turns a position over has closed belongs to the old one.
                since, before, made = bit.dt, 0.0, -self._view.convert(data, bit.openedcomm)
            self._opened[data] = since, before + made
            if not bit.psize:
                del self._opened[data]

    @property
    def cash(self) -> float:
        """Free cash."""
        return self._view.cash()

    def now(self) -> dt.datetime:
        """Return the time of the bar."""
        return bt.num2date(self._clock.number)

    def totals(self) -> list[tuple[float, float]]:
        """Return market value (negative for a short) and open profit of each open position, and nothing else."""
        view = self._view
        return [
            (view.pnl(data, size, 0.0, price), view.pnl(data, size, entry, price))
            for data, size, entry, price in self._held()
        ]

    def _held(self) -> list[tuple[Any, float, float, float]]:
        """Return data, signed size, average entry and last price of each open position."""
        if self._book is not None:
            sizes = ((data, self._view.position_size(data)) for data in self._opened)
            return [(data, size, self._view.entry_price(data), data.close[0]) for data, size in sizes if size]
        desk = self._strategy.bt_risk
        return [
            (data, holding.size, holding.entry, desk.instruments[data].mark)
            for data, holding in desk.holdings.items()
        ]

    def positions(self) -> list[PositionView]:
        """Return the open positions; the cost grows with them alone."""
        if self._book is not None:
            return [
                self._position(
                    row.data,
                    row.name,
                    row.size,
                    row.entry,
                    row.data.close[0],
                    stop=row.stop,
                    stop_type=None if row.stop is None else "stop",
                    target=None,
                    open_risk=row.open_risk,
                )
                for row in self._book.rows()
                if row.size
            ]
        desk = self._strategy.bt_risk
        risks = desk.ledger.open_risks()
        return [
            self._position(
                data,
                desk.name_of(data),
                holding.size,
                holding.entry,
                desk.instruments[data].mark,
                stop=holding.stop,
                stop_type=None if holding.stop is None else str(holding.stop_reason),
                target=holding.legs.target,
                open_risk=risks[data],
            )
            for data, holding in desk.holdings.items()
        ]

    def _position(
        self, data: Any, name: str, size: float, entry: float, price: float, **levels: Any
    ) -> PositionView:
        since, realized = self._opened.get(data, (nan, nan))
        opened = self.now() if isnan(since) else bt.num2date(self._clock.local(since))
        return PositionView(
            symbol=name,
            side="long" if size > 0.0 else "short",
            size=abs(size),
            entry_price=entry,
            current_price=price,
            value=self._view.pnl(data, size, 0.0, price),
            unrealized_pnl=self._view.pnl(data, size, entry, price),
            realized_pnl=realized,
            leverage=self._view.leverage(data, price),
            timestamp=opened,
            hours_held=hours_between(opened, self.now()),
            strategy_id=type(self._strategy).__name__,
            **levels,
        )
