"""``prenext`` and ``nextstart`` of its own."""

import backtrader as bt


class WarmUp(bt.Strategy):
    """Trades nothing before its indicators are there, and the datas that are there from then on."""

    def __init__(self):
        self.bars = self.ready_at = 0
        self.sma = {data: bt.ind.SMA(data, period=12) for data in self.datas}

    def prenext(self):
        self.bars += 1

    def nextstart(self):
        self.ready_at = len(self)
        for data in self.datas:
            self.buy(data=data)

    def next(self):
        for data, sma in self.sma.items():
            if self.getposition(data).size:
                if data.close[0] < sma[0]:
                    self.close(data=data)
            elif data.close[0] > sma[0]:
                self.buy(data=data)


class Early(bt.Strategy):
    """Sends everything to ``next`` from the first bar on and looks which datas have begun."""

    def __init__(self):
        self.slow = bt.ind.SMA(self.data, period=30)

    def prenext(self):
        self.next()

    def next(self):
        for data in [data for data in self.datas if len(data) > 5]:
            if self.getposition(data).size:
                if data.close[0] < data.close[-2]:
                    self.close(data=data)
            elif data.close[0] > data.close[-2]:
                self.buy(data=data, size=5)
