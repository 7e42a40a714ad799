"""Orders sent from ``notify_order`` and ``notify_trade``: protect on the fill, start again when a trade is over."""

import backtrader as bt


class FromNotices(bt.Strategy):
    params = dict(stop=0.03, reward=0.04, size=30)

    def __init__(self):
        self.stop_loss = self.profit = None
        self.trades = 0

    def notify_order(self, order):
        if order.status == order.Completed and order.isbuy():
            price = order.executed.price
            size = order.executed.size
            self.stop_loss = self.sell(size=size, exectype=bt.Order.Stop, price=price * (1 - self.p.stop))
            self.profit = self.sell(
                size=size, exectype=bt.Order.Limit, price=price * (1 + self.p.reward), oco=self.stop_loss
            )

    def notify_trade(self, trade):
        if trade.isclosed:
            self.trades += 1
            self.buy(size=self.p.size)

    def next(self):
        if len(self) % 20 == 1 and not self.position:
            self.buy(size=self.p.size)
