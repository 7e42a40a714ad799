"""Hold what rises, each at a fixed share of the account, adjusted every few bars."""

import backtrader as bt


class TargetPercent(bt.Strategy):
    params = dict(period=10, every=5, share=0.2)

    def __init__(self):
        self.momentum = [bt.ind.ROC(data, period=self.p.period) for data in self.datas]

    def next(self):
        if len(self) % self.p.every:
            return
        for data, momentum in zip(self.datas, self.momentum, strict=True):
            self.order_target_percent(data, target=self.p.share if momentum[0] > 0 else 0.0)
