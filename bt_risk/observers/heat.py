"""Observer of the heat for ``cerebro.plot``. Requires: a strategy with a desk. Gives: lines."""

from __future__ import annotations

import math
from typing import Any

import backtrader as bt


class HeatObserver(bt.Observer):
    """Draw the heat under the chart, with the limit and the edges of the target band, all as fractions of equity."""

    _stclock = True  # else the observer runs on the first data's clock and misses the other calendars' bars
    lines = ("heat", "limit", "band_low", "band_high")
    plotinfo = (("plot", True), ("subplot", True), ("plotname", "Portfolio heat"), ("plotlinelabels", True))
    plotlines = (
        ("heat", {"color": "#0072B2"}),
        ("limit", {"color": "#D55E00", "ls": "--"}),
        ("band_low", {"color": "#009E73", "ls": ":"}),
        ("band_high", {"color": "#009E73", "ls": ":"}),
    )

    def next(self: Any) -> None:
        """Show what the desk holds; nothing is computed here."""
        desk = self._owner.bt_risk
        profile = desk.profile
        low, high = profile.target_heat or (math.nan, math.nan)
        limit = math.nan if profile.max_heat is None else profile.max_heat
        for line, value in zip(self.lines, (desk.heat, limit, low, high), strict=True):
            line[0] = value
