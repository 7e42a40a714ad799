"""Two stops of which one cancels the other: whichever way the price goes."""

import backtrader as bt


class Straddle(bt.Strategy):
    """A stop to buy above and a stop to sell below: whichever way the price goes."""

    params = dict(away=0.01, hold=5)

    def __init__(self):
        self.above = self.below = None
        self.since = 0

    def notify_order(self, order):
        if order.alive():
            return
        if order.status == order.Completed:
            self.since = len(self)
        if self.above is not None and order.ref == self.above.ref:
            self.above = None
        if self.below is not None and order.ref == self.below.ref:
            self.below = None

    def next(self):
        if self.position:
            if len(self) - self.since >= self.p.hold:
                self.close()
        elif self.above is None and self.below is None:
            close = self.data.close[0]
            self.above = self.buy(size=10, exectype=bt.Order.Stop, price=close * (1 + self.p.away))
            self.below = self.sell(
                size=10, exectype=bt.Order.Stop, price=close * (1 - self.p.away), oco=self.above
            )
