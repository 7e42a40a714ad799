"""``self.order`` holds the one order on its way, and nothing happens while it does."""

import datetime

import backtrader as bt


class OneOrder(bt.Strategy):
    params = (("hold", 5),)

    def __init__(self):
        self.dataclose = self.datas[0].close
        self.order = None
        self.bar_executed = 0

    def notify_order(self, order):
        if order.status in [order.Submitted, order.Accepted]:
            return
        if order.status in [order.Completed]:
            self.bar_executed = len(self)
        self.order = None

    def next(self):
        if self.order:
            return
        if not self.position:
            if self.dataclose[0] < self.dataclose[-1]:
                self.order = self.buy()
        elif len(self) >= self.bar_executed + self.p.hold:
            self.order = self.sell()


class OneOrderByNumber(bt.Strategy):
    """The stricter kind: only the end of that very order sets it free."""

    params = (("period", 4), ("away", 0.01))

    def __init__(self):
        self.sma = bt.ind.SMA(period=self.p.period)
        self.pending = None

    def notify_order(self, order):
        if self.pending is not None and order.ref == self.pending.ref and not order.alive():
            self.pending = None

    def next(self):
        if self.pending is not None:
            return
        close = self.data.close[0]
        if not self.position:
            if close > self.sma[0]:
                valid = datetime.timedelta(days=5)
                self.pending = self.buy(exectype=bt.Order.Stop, price=close * (1 + self.p.away), valid=valid)
            else:
                self.pending = self.buy()
        elif close < self.sma[0]:
            self.pending = self.close()
        else:
            self.pending = self.sell(exectype=bt.Order.Stop, price=close * (1 - 3 * self.p.away))
