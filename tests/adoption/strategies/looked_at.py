"""A strategy that others look at: observers, analyzers and writers are attached to it."""

import backtrader as bt


class Looked(bt.Strategy):
    lines = ("exposure",)
    plotinfo = dict(plot=False)

    def __init__(self):
        self.sma = bt.ind.SMA(period=5)

    def next(self):
        self.lines.exposure[0] = self.position.size * self.data.close[0]
        if not self.position:
            if self.data.close[0] > self.sma[0]:
                self.buy()
        elif self.data.close[0] < self.sma[0]:
            self.close()
