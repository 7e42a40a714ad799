"""A fixed amount of money in each data, turned over with the trend."""

import backtrader as bt


class TargetValue(bt.Strategy):
    params = dict(period=8, money=50_000)

    def __init__(self):
        self.cross = {d: bt.ind.CrossOver(d.close, bt.ind.SMA(d, period=self.p.period)) for d in self.datas}

    def next(self):
        for data, cross in self.cross.items():
            if cross[0] > 0:
                self.order_target_value(data, target=self.p.money)
            elif cross[0] < 0:
                self.order_target_value(data, target=-self.p.money)
