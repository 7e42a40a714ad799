"""A bracket around a limit entry; the numbers of its orders say when it is over."""

import datetime

import backtrader as bt


class LimitBracket(bt.Strategy):
    params = dict(fast=4, slow=9, below=0.005, stop=0.03, reward=0.05, days=5)

    def __init__(self):
        self.cross = bt.ind.CrossOver(bt.ind.SMA(period=self.p.fast), bt.ind.SMA(period=self.p.slow))
        self.refs = []

    def notify_order(self, order):
        if not order.alive() and order.ref in self.refs:
            self.refs.remove(order.ref)

    def next(self):
        if self.refs:
            return
        if not self.position and self.cross > 0.0:
            price = self.data.close[0] * (1.0 - self.p.below)
            orders = self.buy_bracket(
                price=price,
                valid=datetime.timedelta(days=self.p.days),
                stopprice=price * (1.0 - self.p.stop),
                limitprice=price * (1.0 + self.p.reward),
            )
            self.refs = [order.ref for order in orders]
