"""Run a script on a plain Backtrader strategy, without a desk. Gives: the strategy after its run."""

from __future__ import annotations

import backtrader as bt

from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import Script


class Plain(Script, bt.Strategy):
    """The script of `tests.edge.market` without a desk."""

    def start(self):
        pass

    def notify_order(self, order):
        pass

    def notify_trade(self, trade):
        pass


def run_plain(*markets, script, analyzer, prepare=None, strategy=Plain, **options):
    """Run a script over markets of (open, high, low, close) bars with 100 000 of cash; return the analyzer."""
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    for number, bars in enumerate(markets):
        cerebro.adddata(RowFeed(rows=rows_of(bars)), name=f"d{number}")
    if prepare is not None:
        prepare(cerebro)
    cerebro.addstrategy(strategy, script=script)
    cerebro.addanalyzer(analyzer, _name="mine", **options)
    return cerebro.run()[0].analyzers.mine
