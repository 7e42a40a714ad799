"""Sizes come from a sizer: one that Cerebro is given, one that the strategy sets."""

import backtrader as bt


class TenthOfCash(bt.Sizer):
    """A share of the free cash, in whole units; a position is left at once."""

    params = (("share", 0.1),)

    def _getsizing(self, comminfo, cash, data, isbuy):
        position = self.broker.getposition(data)
        if position.size:
            return abs(position.size)
        return int(self.p.share * cash / data.close[0])


class SizedOutside(bt.Strategy):
    """Knows nothing of sizes."""

    def __init__(self):
        self.sma = [bt.ind.SMA(data, period=6) for data in self.datas]

    def next(self):
        for data, sma in zip(self.datas, self.sma, strict=True):
            if not self.getposition(data).size and data.close[0] > sma[0]:
                self.buy(data)
            elif self.getposition(data).size and data.close[0] < sma[0]:
                self.sell(data)


class SizedInside(SizedOutside):
    params = (("share", 0.05),)

    def __init__(self):
        super().__init__()
        self.setsizer(TenthOfCash(share=self.p.share))
