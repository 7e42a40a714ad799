"""Observer of the drawdown for ``cerebro.plot``, with the levels that act on it. Requires: a strategy. Gives: lines."""

from __future__ import annotations

import math
from typing import Any

import backtrader as bt

from bt_risk.analyzers.plain import desk_of
from bt_risk.maths.drawdown import drawdown
from bt_risk.observers.heat import LEVEL


class DrawdownObserver(bt.Observer):
    """Draw the fall from the highest equity so far, a positive fraction, with the levels that halt, reduce and stop.

    Deposits and withdrawals are taken out. Without a risk desk there are no levels, and the curve is that of the
    simulated broker's value of a fund share; of another broker's value, flows included.
    """

    _stclock = True
    lines = ("drawdown", "halt", "reduce", "emergency")
    plotinfo = (("plot", True), ("subplot", True), ("plotname", "Drawdown"), ("plotlinelabels", True))
    plotlines = (
        ("drawdown", {"color": "#0072B2"}),
        ("halt", {"color": "#E69F00", "ls": "--", **LEVEL}),
        ("reduce", {"color": "#D55E00", "ls": ":", **LEVEL}),
        ("emergency", {"color": "#D55E00", "ls": "--", **LEVEL}),
    )

    def start(self) -> None:
        """Begin with the value before the first bar."""
        self._peak = self._value()

    def _value(self) -> float:
        broker = self._owner.broker
        is_fund = isinstance(broker, bt.brokers.BackBroker)
        return float(broker.fundvalue if is_fund else broker.getvalue())

    def next(self: Any) -> None:
        """Show the desk's drawdown, or follow the peak."""
        desk = desk_of(self._owner)
        if desk is None:
            value = self._value()
            if value > self._peak:
                self._peak = value
            self.lines.drawdown[0] = drawdown(self._peak, value)
            return
        profile = desk.profile
        self.lines.drawdown[0] = desk.drawdown
        levels = (profile.drawdown_halt, profile.drawdown_reduce, profile.drawdown_emergency)
        for name, level in zip(("halt", "reduce", "emergency"), levels, strict=True):
            getattr(self.lines, name)[0] = math.nan if level is None else level
