"""Rebalance by the clock: ``next`` does nothing."""

import backtrader as bt


class Rebalance(bt.Strategy):
    params = (("cheat", False), ("weekdays", [1, 4]), ("period", 10))

    def __init__(self):
        self.sma = [bt.ind.SMA(data, period=self.p.period) for data in self.datas]
        self.add_timer(when=bt.timer.SESSION_START, weekdays=self.p.weekdays, cheat=self.p.cheat)
        self.is_ready = False

    def next(self):
        self.is_ready = True

    def notify_timer(self, timer, when, *args, **kwargs):
        if not self.is_ready:
            return
        for data, sma in zip(self.datas, self.sma, strict=True):
            if data.close[0] > sma[0]:
                if not self.getposition(data).size:
                    self.buy(data=data)
            elif self.getposition(data).size:
                self.close(data=data)
