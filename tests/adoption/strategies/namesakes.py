"""Attributes, methods and parameters with names that others like, too."""

import backtrader as bt


class Namesakes(bt.Strategy):
    params = (("risk", 0.01), ("stop_price", None), ("heat", 3), ("target_heat", "low"), ("sizing", None))

    def __init__(self):
        self.risk = self.p.risk
        self.stop_price = None
        self.target_price = None
        self.heat = {}
        self.tier = "B"
        self.breaker = False
        self.desk = self.cover = self.orders = self.intake = self.plans = self.view = None
        self.decisions, self.events, self.limits = [], [], [0.5]
        self.hooks = {"on_stop": self.leave}
        self.profile = "private"
        self.sma = bt.ind.SMA(period=5)
        self.told = []

    def notify_risk(self, level, text, *rest):
        self.told.append((level, text, rest))

    def confidence(self):
        return self.data.close[0] / self.sma[0]

    def conviction(self, data, period=3):
        return sum(data.close.get(size=period)) / period

    def regime(self):
        return "bull" if self.confidence() > 1 else "bear"

    def drawdown(self):
        return 1 - self.broker.getvalue() / self.broker.startingcash

    def leave(self):
        self.stop_price = self.target_price = None
        self.close()

    def next(self):
        self.decisions.append(self.regime())
        self.heat[len(self)] = self.drawdown()
        if not self.position:
            if self.regime() == "bull":
                self.buy()
                self.stop_price = self.data.close[0] * 0.97
                self.target_price = self.data.close[0] * 1.04
        elif not self.stop_price < self.data.close[0] < self.target_price:
            self.notify_risk("info", "out")
            self.hooks["on_stop"]()


class Methods(bt.Strategy):
    """The same names as methods of another shape, and some as class attributes."""

    tier = 2
    locked_in = ()
    target_price = 1.05

    def __init__(self):
        self.entry = None
        self.sma = bt.ind.SMA(period=4)

    def risk(self, data=None):
        return abs((data or self.data).close[0] - self.sma[0])

    def heat(self):
        return self.risk() / self.data.close[0]

    def stop_price(self):
        return self.entry - 2 * self.risk()

    @property
    def halted(self):
        return self.heat() > 0.2

    @staticmethod
    def notify_risk(*args):
        raise AssertionError("nobody but this strategy calls it")

    def record(self, price):
        self.entry = price

    def notify_order(self, order):
        if order.status == order.Completed and order.isbuy():
            self.record(order.executed.price)

    def next(self):
        if self.halted:
            return
        if not self.position and self.data.close[0] > self.sma[0]:
            self.buy()
        elif self.position and self.entry and self.data.close[0] < self.stop_price():
            self.close()
        elif self.position and self.entry and self.data.close[0] > self.entry * self.target_price:
            self.close()
