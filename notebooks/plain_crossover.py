"""A strategy as many are written for Backtrader, without any of bt_risk: a fixed stake, a stop placed by hand."""

from __future__ import annotations

import backtrader as bt


class PlainCrossover(bt.Strategy):
    """Buy `stake` units when the fast average crosses above the slow one, with a stop a fraction below the fill."""

    params = dict(fast=20, slow=50, stake=1000, stop=0.08)

    def __init__(self):
        fast, slow = bt.ind.SMA(period=self.p.fast), bt.ind.SMA(period=self.p.slow)
        self.cross = bt.ind.CrossOver(fast, slow)
        self.order = self.protection = None

    def next(self):
        if self.order:
            return
        if not self.position and self.cross > 0:
            self.order = self.buy(size=self.p.stake)
        elif self.position and self.cross < 0:
            self.cancel(self.protection)
            self.order = self.close()

    def notify_order(self, order):
        if order.alive():
            return
        if order.status == order.Completed and order.isbuy():
            price = order.executed.price * (1.0 - self.p.stop)
            self.protection = self.sell(exectype=bt.Order.Stop, price=price, size=order.executed.size)
        self.order = None
