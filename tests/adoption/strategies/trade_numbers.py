"""Trades told apart by ``tradeid``."""

import itertools

import backtrader as bt


class TradeNumbers(bt.Strategy):
    """Closes the trade of one number and opens the next, in the same bar."""

    params = dict(period=5, ids=(1, 2, 3))

    def __init__(self):
        self.ids = itertools.cycle(self.p.ids)
        self.current = 0
        self.cross = bt.ind.CrossOver(self.data, bt.ind.SMA(period=self.p.period))
        self.closed = []

    def notify_trade(self, trade):
        if trade.isclosed:
            self.closed.append(trade.tradeid)

    def next(self):
        if self.cross != 0:
            if self.position:
                self.close(tradeid=self.current)
            if self.cross > 0:
                self.current = next(self.ids)
                self.buy(tradeid=self.current)
