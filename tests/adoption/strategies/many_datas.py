"""One loop over all datas, a pending order and a count of bars for each."""

import backtrader as bt


class ManyDatas(bt.Strategy):
    params = dict(period=7, hold=6)

    def __init__(self):
        self.orders = {}
        self.entered = {}
        self.rsi = {}
        for data in self.datas:
            self.orders[data._name] = None
            self.rsi[data._name] = bt.ind.RSI(data, period=self.p.period, safediv=True)

    def notify_order(self, order):
        if not order.alive():
            self.orders[order.data._name] = None
            if order.isbuy() and order.status == order.Completed:
                self.entered[order.data._name] = len(self)

    def next(self):
        for i, data in enumerate(self.datas):
            name = data._name
            if self.orders[name]:
                continue
            position = self.getposition(data)
            if not position:
                if self.rsi[name][0] < 45:
                    self.orders[name] = self.buy(data=data, size=10 + i)
            elif len(self) - self.entered.get(name, 0) >= self.p.hold:
                self.orders[name] = self.close(data=data)
