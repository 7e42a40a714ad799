"""A trailing stop once the entry has filled; nothing else ever sells."""

import backtrader as bt


class TrailingStop(bt.Strategy):
    params = dict(period=5, trail=0.03)

    def __init__(self):
        self.sma = bt.ind.SMA(period=self.p.period)
        self.entry = self.trail = None

    def notify_order(self, order):
        if order.status in (order.Completed, order.Canceled, order.Margin, order.Rejected, order.Expired):
            if self.entry is not None and order.ref == self.entry.ref:
                self.entry = None
                if order.status == order.Completed:
                    self.trail = self.sell(exectype=bt.Order.StopTrail, trailpercent=self.p.trail)
            elif self.trail is not None and order.ref == self.trail.ref:
                self.trail = None

    def next(self):
        if self.entry is None and self.trail is None and self.data.close[0] > self.sma[0]:
            self.entry = self.buy()
