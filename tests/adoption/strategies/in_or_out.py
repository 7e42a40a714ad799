"""``if not self.position: buy, else: sell``: the shortest strategy there is."""

import backtrader as bt


class InOrOut(bt.Strategy):
    params = (("period", 5),)

    def __init__(self):
        self.sma = bt.ind.SMA(period=self.p.period)

    def next(self):
        if not self.position:
            if self.data.close[0] > self.sma[0]:
                self.buy()
        elif self.data.close[0] < self.sma[0]:
            self.sell()


class AlwaysIn(bt.Strategy):
    """Close and turn: long above the average, short below."""

    params = dict(period=6)

    def __init__(self):
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.period))

    def next(self):
        if self.cross > 0:
            self.close()
            self.buy()
        elif self.cross < 0:
            self.close()
            self.sell()


class TurnBySize(bt.Strategy):
    """Turn in one order of twice the position."""

    params = dict(period=6, stake=15)

    def __init__(self):
        self.sma = bt.ind.SMA(period=self.p.period)

    def next(self):
        size = self.position.size
        if self.data.close[0] > self.sma[0] and size <= 0:
            self.buy(size=self.p.stake + abs(size))
        elif self.data.close[0] < self.sma[0] and size >= 0:
            self.sell(size=self.p.stake + abs(size))
