"""Works out its sizes on its own: a share of the account at risk to its own stop, in pieces."""

import backtrader as bt


class OwnSizing(bt.Strategy):
    params = dict(period=5, risk=0.01, atr=4, multiple=2.0)

    def __init__(self):
        self.sma = {data: bt.ind.SMA(data, period=self.p.period) for data in self.datas}
        self.atr = {data: bt.ind.ATR(data, period=self.p.atr) for data in self.datas}

    def size_of(self, data):
        value = self.broker.getvalue()
        distance = self.p.multiple * self.atr[data][0]
        if not distance > 0:
            return 0
        return min(int(value * self.p.risk / distance), int(self.broker.getcash() / data.close[0] / 2))

    def next(self):
        for data in self.datas:
            held = self.getposition(data).size
            close = data.close[0]
            if held == 0:
                size = self.size_of(data)
                if close > self.sma[data][0] and size > 0:
                    self.buy(data=data, size=size)
            elif close < self.sma[data][0]:
                if held > 10:
                    self.sell(data=data, size=held // 2)
                else:
                    self.sell(data=data, size=held)
