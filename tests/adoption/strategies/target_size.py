"""As many units as the trend has steps, long and short."""

import backtrader as bt


class TargetSize(bt.Strategy):
    params = (("periods", (3, 6, 12, 20)), ("step", 10))

    def __init__(self):
        self.averages = [bt.ind.SMA(period=period) for period in self.p.periods]

    def next(self):
        steps = sum(1 if self.data.close[0] > average[0] else -1 for average in self.averages)
        self.order_target_size(target=steps * self.p.step)
