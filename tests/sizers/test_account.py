"""The account of a broker that does not show its orders."""

import backtrader as bt

from bt_risk.rules.request import TradeHistory
from bt_risk.sizers.account import Account


class Elsewhere:
    """A broker that is not simulated: positions, value and commission schemes, and no queues."""

    class p:
        shortcash = True

    def getvalue(self):
        return 50_000.0

    def getcash(self):
        return 20_000.0

    def getposition(self, data):
        return bt.Position(100, 90.0) if data.close[0] == 100.0 else bt.Position()

    def getcommissioninfo(self, data):
        return bt.CommInfoBase(commission=0.0)


class Data:
    class p:
        dataname = None

    def __init__(self, close):
        self.close = [close]


class Trader:
    def __init__(self):
        self.broker = Elsewhere()
        self.datas = [Data(100.0), Data(50.0)]


def test_positions_are_read_and_orders_are_unknown():
    trader = Trader()
    account = Account(trader)
    held, flat = trader.datas
    account.remember(held, 95.0, 80.0)
    book = account.book(TradeHistory())
    assert (book.equity, book.cash, book.positions, book.pending) == (50_000.0, 20_000.0, 1, 0)
    assert (book.notional, book.open_risk, book.pending_notional) == (10_000.0, 1_000.0, 0.0)
    assert (account.size_after_orders(held), account.size_after_orders(flat)) == (100, 0)
