"""A bracket by hand: parent, children, ``transmit``."""

import backtrader as bt


class HandBracket(bt.Strategy):
    params = dict(lookback=5, stop=0.03, reward=0.05, stake=20)

    def __init__(self):
        self.high = bt.ind.Highest(self.data.high(-1), period=self.p.lookback)
        self.children = []

    def notify_order(self, order):
        if not order.alive():
            self.children = [child for child in self.children if child.ref != order.ref]

    def next(self):
        if self.position or self.children:
            return
        if self.data.close[0] > self.high[0]:
            close = self.data.close[0]
            parent = self.buy(size=self.p.stake, transmit=False)
            if parent is None:
                return
            stop = self.sell(
                size=self.p.stake,
                exectype=bt.Order.Stop,
                price=close * (1 - self.p.stop),
                parent=parent,
                transmit=False,
            )
            limit = self.sell(
                size=self.p.stake, exectype=bt.Order.Limit, price=close * (1 + self.p.reward), parent=parent
            )
            self.children = [stop, limit]
