"""A stop that follows the price: the old one is cancelled, a new one is sent."""

import backtrader as bt


class MovedStop(bt.Strategy):
    params = (("period", 6), ("distance", 0.03))

    def __init__(self):
        self.lowest = bt.ind.Lowest(self.data.low, period=self.p.period)
        self.sma = bt.ind.SMA(period=self.p.period)
        self.stop_order = None
        self.level = 0.0

    def notify_order(self, order):
        if order.status == order.Completed:
            if order.isbuy():
                self.level = order.executed.price * (1 - self.p.distance)
                self.stop_order = self.sell(size=order.size, exectype=bt.Order.Stop, price=self.level)
            else:
                self.stop_order = None

    def next(self):
        if not self.position:
            if self.data.close[0] > self.sma[0]:
                self.buy(size=25)
            return
        level = max(self.lowest[0], self.data.close[0] * (1 - self.p.distance))
        if self.stop_order is not None and self.level < level < self.data.close[0]:
            self.cancel(self.stop_order)
            self.level = level
            self.stop_order = self.sell(size=self.position.size, exectype=bt.Order.Stop, price=level)
