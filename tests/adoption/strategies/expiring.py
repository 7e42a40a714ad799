"""Limits that live a few days: as a span, as a date, and as the end of a session."""

import datetime

import backtrader as bt


class Expiring(bt.Strategy):
    params = dict(below=0.01, hold=4)

    def __init__(self):
        self.entry = None
        self.since = 0
        self.expired = 0

    def notify_order(self, order):
        if order.status == order.Expired:
            self.expired += 1
        if order.status == order.Completed and order.isbuy():
            self.since = len(self)
        if self.entry is not None and order.ref == self.entry.ref and not order.alive():
            self.entry = None

    def next(self):
        if self.position:
            if len(self) - self.since >= self.p.hold:
                self.close()
        elif self.entry is None:
            today = self.data.datetime.datetime(0)
            days = datetime.timedelta(days=3)
            valid = (days, today + days, (today + days).date())[len(self) % 3]
            price = self.data.close[0] * (1 - self.p.below)
            self.entry = self.buy(exectype=bt.Order.Limit, price=price, valid=valid)
