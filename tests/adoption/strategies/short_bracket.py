"""Sell rallies with a limit bracket, keep the three orders, call the entry off when the rally is over."""

import backtrader as bt


class ShortBracket(bt.Strategy):
    params = dict(period=8, above=0.004, stop=0.03, reward=0.04, patience=3)

    def __init__(self):
        self.sma = bt.ind.EMA(period=self.p.period)
        self.entry = self.stop_order = self.limit_order = None
        self.sent_at = 0

    def notify_order(self, order):
        if order.status in (order.Submitted, order.Accepted, order.Partial):
            return
        if self.entry is not None and order.ref == self.entry.ref and order.status != order.Completed:
            self.entry = self.stop_order = self.limit_order = None
        elif self.stop_order is not None and order.ref in (self.stop_order.ref, self.limit_order.ref):
            self.entry = self.stop_order = self.limit_order = None

    def next(self):
        if self.entry is None:
            if self.data.close[0] > self.sma[0] and not self.position:
                price = self.data.close[0] * (1 + self.p.above)
                self.entry, self.stop_order, self.limit_order = self.sell_bracket(
                    price=price,
                    stopprice=price * (1 + self.p.stop),
                    limitprice=price * (1 - self.p.reward),
                )
                self.sent_at = len(self)
        elif not self.position and len(self) - self.sent_at >= self.p.patience:
            self.cancel(self.entry)
