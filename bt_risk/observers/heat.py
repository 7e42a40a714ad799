"""Observer of the heat for ``cerebro.plot``, with its limit, tiers and band. Requires: a strategy. Gives: lines."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.analyzers.heat import HeatAnalyzer

# Where a line stands for a level: Backtrader would print its value with two digits, in the legend and beside it.
LEVEL = {"_plotvalue": False, "_plotvaluetag": False}


class HeatObserver(bt.Observer):
    """Draw the heat under the chart, with its limit, where its tiers begin, and the band, as fractions of equity.

    Of a strategy without a risk desk it shows what the broker knows; see `HeatAnalyzer`.

    Parameters
    ----------
    profile
        Limits to hold a plain strategy against: a name, a `RiskProfile`, or a mapping. A desk has its own.
    """

    _stclock = True  # else the observer runs on the first data's clock and misses the other calendars' bars
    params = (("profile", None),)
    lines = ("heat", "limit", "warning", "critical", "band_low", "band_high")
    plotinfo = (("plot", True), ("subplot", True), ("plotname", "Portfolio heat"), ("plotlinelabels", True))
    plotlines = (
        ("heat", {"color": "#0072B2"}),
        ("limit", {"color": "#D55E00", "ls": "--", **LEVEL}),
        ("warning", {"color": "#E69F00", "ls": ":", **LEVEL}),
        ("critical", {"color": "#D55E00", "ls": ":", **LEVEL}),
        ("band_low", {"_name": "band from", "color": "#009E73", "ls": ":", **LEVEL}),
        ("band_high", {"_name": "to", "color": "#009E73", "ls": ":", **LEVEL}),
    )

    def __init__(self) -> None:
        # Backtrader runs it with this observer and tells it of the strategy's orders.
        self._heat = self._owner._addanalyzer_slave(HeatAnalyzer, profile=self.p.profile)

    def _plotlabel(self) -> list[Any]:
        # Backtrader would print the parameters beside the name.
        return []

    def next(self: Any) -> None:
        """Show what the analyzer has found on this bar; nothing is computed here."""
        seen = self._heat.latest
        for name in ("heat", "limit", "band_low", "band_high"):
            getattr(self.lines, name)[0] = seen[name]
        profile = self._heat.profile
        if profile is not None:
            self.lines.warning[0] = profile.heat_warning * seen["limit"]
            self.lines.critical[0] = profile.heat_critical * seen["limit"]
