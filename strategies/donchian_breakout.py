"""Buy a close above the highest high of the last bars, close below the lowest low of fewer bars."""

from __future__ import annotations

import backtrader as bt

from bt_risk import RiskStrategy


class DonchianBreakout(RiskStrategy):
    """Join a breakout of the `entry`-bar channel and leave it through the `exit`-bar channel."""

    params = dict(entry=20, exit=10)

    def __init__(self):
        # The channel ends one bar ago: a close cannot break out of a channel that it is part of.
        self.high = {data: bt.ind.Highest(data.high(-1), period=self.p.entry) for data in self.datas}
        self.low = {data: bt.ind.Lowest(data.low(-1), period=self.p.exit) for data in self.datas}

    def next(self):
        for data in self.datas:
            if self.getposition(data).size:
                if data.close[0] < self.low[data][0]:
                    self.close(data)
            elif data.close[0] > self.high[data][0]:
                self.buy(data)
