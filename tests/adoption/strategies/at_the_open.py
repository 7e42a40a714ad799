"""Decide at the close, trade in ``next_open``; and decide at the open by its gap."""

import backtrader as bt


class NextOpen(bt.Strategy):
    def __init__(self):
        self.cheating = self.cerebro.p.cheat_on_open
        self.signal = bt.ind.CrossOver(self.data, bt.ind.SMA(period=5))
        self.wanted = 0

    def next(self):
        if self.signal[0]:
            self.wanted = int(self.signal[0])

    def next_open(self):
        if self.wanted > 0 and not self.position:
            self.buy(size=20)
        elif self.wanted < 0 and self.position:
            self.close()
        self.wanted = 0


class GapAtOpen(bt.Strategy):
    """Buys gaps down at their opening, sells at the next one that is higher."""

    params = dict(gap=0.005)

    def nextstart_open(self):
        self.next_open()

    def next_open(self):
        for data in self.datas:
            if len(data) < 3:
                continue
            gap = data.open[0] / data.close[-1] - 1
            if gap < -self.p.gap and not self.getposition(data).size:
                self.buy(data=data)
            elif gap > 0 and self.getposition(data).size:
                self.close(data=data)

    def next(self):
        pass
