"""``buy`` and ``sell`` of the strategy's own, in front of Backtrader's."""

import backtrader as bt


class OwnOrders(bt.Strategy):
    params = dict(period=5, stake=12)

    def __init__(self):
        self.sma = bt.ind.SMA(period=self.p.period)
        self.log = []

    def buy(self, *args, **kwargs):
        self.log.append(("buy", self.data.close[0]))
        kwargs.setdefault("size", self.p.stake)
        return super().buy(*args, **kwargs)

    def sell(self, *args, **kwargs):
        self.log.append(("sell", self.data.close[0]))
        return super().sell(*args, **kwargs)

    def close(self, data=None, size=None, **kwargs):
        self.log.append(("close", self.data.close[0]))
        return super().close(data, size, **kwargs)

    def cancel(self, order):
        self.log.append(("cancel", order.ref))
        super().cancel(order)

    def next(self):
        if not self.position:
            if self.data.close[0] > self.sma[0]:
                self.buy()
        elif self.data.close[0] < self.sma[0]:
            self.close() if len(self) % 2 else self.sell(size=self.position.size)


class Simple(bt.Strategy):
    """Fewer arguments than Backtrader's, in an order of its own."""

    params = dict(period=6)

    def __init__(self):
        self.sma = {data: bt.ind.SMA(data, period=self.p.period) for data in self.datas}

    def buy(self, data, size):
        return super().buy(data, size)

    def next(self):
        for data, sma in self.sma.items():
            if not self.getposition(data).size and data.close[0] > sma[0]:
                self.buy(data, 7)
            elif self.getposition(data).size and data.close[0] < sma[0]:
                self.sell(data)
