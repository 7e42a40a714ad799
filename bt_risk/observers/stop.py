"""Observer of the protective stop on the chart of its price. Requires: a strategy. Gives: lines, one object a data."""

from __future__ import annotations

import math
from typing import Any

import backtrader as bt

from bt_risk.analyzers.plain import desk_of
from bt_risk.broker.plain_book import PlainBook


class StopObserver(bt.Observer):
    """Draw a position's stop and target over the prices, empty while it has none: ``cerebro.addobservermulti``.

    Without a risk desk the stop is the position's own live Stop order, that which is hit first; targets are unknown.
    """

    lines = ("stop", "target")
    plotinfo = (("plot", True), ("subplot", False), ("plotname", "Stop"), ("plotlinelabels", True))
    plotlines = (
        ("stop", {"color": "#D55E00", "drawstyle": "steps-post"}),
        ("target", {"color": "#009E73", "ls": "--", "drawstyle": "steps-post"}),
    )

    def __init__(self) -> None:
        # Backtrader starts no observer that is added for each data: the book is made when it is first asked.
        self._book: PlainBook | None = None
        self._seen = 0

    def next(self: Any) -> None:
        """Show the levels that stand when a bar of the data ends."""
        bars = len(self.data)
        if bars == self._seen:
            # Run at once, Backtrader gives every observer the strategy's bars: over fewer prices the line would drift.
            if len(self) > bars and not self._owner._oldsync:
                self.backwards()
            return
        self._seen = bars
        desk = desk_of(self._owner)
        if desk is None:
            self.lines.stop[0] = self._own_stop()
            return
        holding = desk.holdings.get(self.data)
        if holding is not None:
            self.lines.stop[0] = math.nan if holding.stop is None else holding.stop
            target = holding.legs.target
            self.lines.target[0] = math.nan if target is None else target

    def _own_stop(self: Any) -> float:
        if self._book is None:
            self._book = PlainBook(self._owner)
        stops = self._book.stops(self.data, self._book.view.position_size(self.data))
        return stops[0][1] if stops else math.nan
