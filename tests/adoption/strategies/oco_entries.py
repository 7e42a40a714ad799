"""Two ways in of which one cancels the other: a limit below and a stop above."""

import datetime

import backtrader as bt


class LimitOrStop(bt.Strategy):
    """Only ever buys; leaves after some bars."""

    params = dict(away=0.01, hold=5, valid=4)

    def __init__(self):
        self.entries = []
        self.filled_at = None

    def notify_order(self, order):
        if order.status == order.Completed:
            self.filled_at = len(self) if order.isbuy() else None
        if not order.alive():
            self.entries = [entry for entry in self.entries if entry.ref != order.ref]

    def next(self):
        if self.position:
            if self.filled_at is not None and len(self) - self.filled_at >= self.p.hold:
                self.close()
        elif not self.entries:
            close = self.data.close[0]
            valid = datetime.timedelta(days=self.p.valid)
            first = self.buy(exectype=bt.Order.Limit, price=close * (1 - self.p.away), valid=valid)
            second = self.buy(exectype=bt.Order.Stop, price=close * (1 + self.p.away), valid=valid, oco=first)
            self.entries = [order for order in (first, second) if order]
