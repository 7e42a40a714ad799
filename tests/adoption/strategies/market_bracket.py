"""Brackets around market entries, long and short, on every data."""

import backtrader as bt


class MarketBracket(bt.Strategy):
    params = (("period", 10), ("stop", 0.04), ("reward", 0.06))

    def __init__(self):
        self.sma = {data: bt.ind.SMA(data, period=self.p.period) for data in self.datas}
        self.waiting = {data: [] for data in self.datas}

    def notify_order(self, order):
        if not order.alive():
            refs = self.waiting[order.data]
            if order.ref in refs:
                refs.remove(order.ref)

    def next(self):
        for data in self.datas:
            if self.waiting[data]:
                continue
            close = data.close[0]
            if close > self.sma[data][0]:
                orders = self.buy_bracket(
                    data=data,
                    exectype=bt.Order.Market,
                    stopprice=close * (1 - self.p.stop),
                    limitprice=close * (1 + self.p.reward),
                )
            else:
                orders = self.sell_bracket(
                    data=data,
                    exectype=bt.Order.Market,
                    stopprice=close * (1 + self.p.stop),
                    limitprice=close * (1 - self.p.reward),
                )
            self.waiting[data] = [order.ref for order in orders]
