"""The second half of a reversal waits until the first is done. Requires: desk, entries. Gives: entries, decisions."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.calls.call import Call
from bt_risk.calls.deferrals import Deferrals
from bt_risk.calls.entries import Entries
from bt_risk.desk import RiskDesk
from bt_risk.positions.holding import Holding
from bt_risk.positions.leg import Leg


class Waiting:
    """An opening half; where its closing half waits for a price or a time, `order` must fill before it counts."""

    __slots__ = ("_leg", "_order", "call")

    def __init__(self, call: Call, order: Any, leg: Leg | None) -> None:
        self.call = call
        self._order = None if order is None or order.exectype == bt.Order.Market else order
        self._leg = leg

    def is_resting(self) -> bool:
        """Return whether the closing half still waits; remember its order, which may be another one than before."""
        if self._leg is not None:
            order = self._leg.stop_order if self.call.is_stop else self._leg.target_order
            if order is None:
                return False
            self._order = order
        return self._order is not None and self._order.alive()

    def is_due(self) -> bool:
        """Return whether a position that is closed now was closed by the order that had to."""
        if self._order is None:
            return True
        is_filled = self._order.status == bt.Order.Completed
        # A stop that has fired counts whole: what it did not fill has left at market.
        return is_filled or (self.call.is_stop and bool(self._order.executed.size))


class Reversals:
    """Keep one request per data that opens the other side, and have it decided afresh when the position is closed."""

    def __init__(self, desk: RiskDesk, entries: Entries, deferrals: Deferrals) -> None:
        self._desk = desk
        self._entries = entries
        self._deferrals = deferrals
        self.waiting: dict[Any, Waiting] = {}

    def wait(self, call: Call, *, order: Any, leg: Leg | None = None) -> None:
        """Keep the opening half of a call in place of an older one; `order`, one of `leg` if that is given, closes."""
        self.waiting[call.data] = Waiting(call, order, leg)

    def follow(self, holding: Holding, call: Call) -> Any:
        """Let a call wait until a position is closed that is to be left; return the order that closes it, if sent."""
        order = next(reversed([*self._desk.orders.closings(call.data), *holding.exits]), None)
        self.wait(call, order=order)
        self._desk.record(
            call.data,
            side="buy" if call.is_buy else "sell",
            kind="reversal",
            outcome="pending",
            rule="until_flat",
            text="waits until the position is closed, then is decided afresh",
            wanted=call.size,
            given=0.0,
            stop=call.stop,
            target=call.target,
            order=order,
        )
        return self._desk.orders.hand_over(order)

    def decide(self) -> None:
        """Decide each request whose position is closed; forget those called off."""
        for data, waiting in list(self.waiting.items()):
            holding = self._desk.holdings.get(data)
            if holding is None and waiting.is_due():
                self._entries.enter(self.waiting.pop(data).call, kind="reversal")
            elif holding is None or not self._is_expected(waiting, holding):
                self.drop(data)

    def _is_expected(self, waiting: Waiting, holding: Holding) -> bool:
        """Return whether the position may still be closed as it has to be."""
        is_trading = holding.data not in self._desk.silence.silent
        is_leaving = (
            waiting.is_resting()
            or self._desk.cover.is_closing(holding)
            or self._desk.at_close.is_leaving(holding)
            or self._deferrals.is_leaving(holding)
        )
        return is_trading and is_leaving

    def drop(self, data: Any) -> None:
        """Give up the request for `data`, if there is one."""
        if self.waiting.pop(data, None) is not None:
            name = self._desk.instruments[data].name
            self._desk.tell(
                "reversal_dropped", "info", data, f"{name}: the second half of a reversal is given up"
            )

    def drop_all(self) -> None:
        """Give up every request: nothing that was asked for before a halt opens after it."""
        for data in list(self.waiting):
            self.drop(data)
