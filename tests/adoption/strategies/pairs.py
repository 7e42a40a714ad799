"""Two legs: long the cheap one, short the dear one, both closed together."""

import math

import backtrader as bt


class Pairs(bt.Strategy):
    params = (("period", 10), ("enter", 0.8), ("leave", 0.2), ("stake", 40))

    def __init__(self):
        self.ratio = self.data0.close / self.data1.close
        self.mean = bt.ind.SMA(self.ratio, period=self.p.period)
        self.deviation = bt.ind.StdDev(self.ratio, period=self.p.period)
        self.side = 0

    def next(self):
        if not self.deviation[0] > 0:
            return
        z = (self.ratio[0] - self.mean[0]) / self.deviation[0]
        if self.side == 0:
            if abs(z) > self.p.enter:
                self.side = -int(math.copysign(1, z))
                first, second = (self.buy, self.sell) if self.side > 0 else (self.sell, self.buy)
                first(data=self.data0, size=self.p.stake)
                second(data=self.data1, size=self.p.stake)
        elif abs(z) < self.p.leave or (z > 0) == (self.side > 0):
            self.side = 0
            self.close(self.data0)
            self.close(self.data1)
