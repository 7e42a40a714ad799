"""Buy what fell too far, sell short what rose too far, and leave when the move has faded."""

from __future__ import annotations

import backtrader as bt

from bt_risk import RiskStrategy


class RsiReversion(RiskStrategy):
    """Trade against extremes of the RSI, long and short, until it is back in the middle."""

    params = dict(period=14, oversold=30, overbought=70, middle=50)

    def __init__(self):
        # A market that never falls has no average loss to divide by.
        self.rsi = {data: bt.ind.RSI(data, period=self.p.period, safediv=True) for data in self.datas}

    def next(self):
        for data, rsi in self.rsi.items():
            size = self.getposition(data).size
            if (size > 0 and rsi >= self.p.middle) or (size < 0 and rsi <= self.p.middle):
                self.close(data)
            elif size == 0 and rsi < self.p.oversold:
                self.buy(data)
            elif size == 0 and rsi > self.p.overbought:
                self.sell(data)
