"""A plain strategy under a desk, unchanged otherwise."""

from __future__ import annotations

import backtrader as bt

from bt_risk import guard
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, LIMIT, ROUND, calm, trade


class Loud(bt.Strategy):
    """A strategy with a `buy` of its own, as people write them to log."""

    bought = 0

    def buy(self, *args, **options):
        Loud.bought += 1
        return super().buy(*args, **options)

    def next(self):
        if len(self) == 1:
            self.buy()


def test_guard_does_not_shut_out_a_buy_of_the_strategys_own():
    Loud.bought = 0
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(RowFeed(rows=rows_of(calm(3))))
    cerebro.addstrategy(guard(Loud), profile=ROUND)
    (strategy,) = cerebro.run()
    assert (Loud.bought, len(strategy.bt_risk.decisions)) == (1, 1)


def test_arguments_by_position_reach_the_order_as_in_backtrader():
    session = trade(
        [CALM, (98, 99, 97, 98), CALM], script={1: lambda strategy: strategy.buy(None, 10, 99, None, LIMIT)}
    )
    assert session.fills == [(2, 10, 98)]
