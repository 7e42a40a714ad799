"""Buy when a fast moving average crosses above a slow one, close when it crosses back below."""

from __future__ import annotations

import backtrader as bt

from bt_risk import RiskStrategy


class SmaCross(RiskStrategy):
    """Follow the trend of every data: long while the fast average is above the slow one."""

    params = dict(fast=20, slow=50)

    def __init__(self):
        self.cross = {
            data: bt.ind.CrossOver(bt.ind.SMA(data, period=self.p.fast), bt.ind.SMA(data, period=self.p.slow))
            for data in self.datas
        }

    def next(self):
        for data, cross in self.cross.items():
            if cross > 0:
                self.buy(data)
            elif cross < 0:
                self.close(data)
