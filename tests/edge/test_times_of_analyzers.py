"""Curves, trades, positions and decisions tell the time as one: by the clock of the first instrument's exchange."""

from __future__ import annotations

import datetime as dt

import backtrader as bt
import pytest

from bt_risk import RiskStrategy
from bt_risk.analyzers import DiversificationAnalyzer, HeatAnalyzer, RiskReportAnalyzer, TradeRiskAnalyzer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import ROUND, calm


class Eastern(dt.tzinfo):
    """Five hours behind."""

    def utcoffset(self, moment):
        return dt.timedelta(hours=-5)

    def dst(self, moment):
        return dt.timedelta(0)


class Once(bt.Strategy):
    def next(self):
        if len(self) in (2, 5):
            self.buy(size=10)
        elif len(self) == 4:
            self.close()


class OnceGuarded(RiskStrategy):
    next = Once.next


@pytest.mark.parametrize("strategy", [Once, OnceGuarded])
def test_every_time_is_that_of_the_first_exchange(strategy):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(RowFeed(rows=rows_of(calm(6)), tz=Eastern()))
    cerebro.addstrategy(strategy, **({"profile": ROUND} if strategy is OnceGuarded else {}))
    for name, analyzer in {
        "heat": HeatAnalyzer,
        "trades": TradeRiskAnalyzer,
        "bets": DiversificationAnalyzer,
        "report": RiskReportAnalyzer,
    }.items():
        cerebro.addanalyzer(analyzer, _name=name)
    (ran,) = cerebro.run()
    # Midnight in UTC is seven in the evening of the day before.
    days = [dt.datetime(2023, 12, 31, 19) + dt.timedelta(days=n) for n in range(6)]
    made = ran.analyzers
    assert list(made.heat.to_frame().index) == days
    assert list(made.heat.composition()["datetime"]) == days[1:4] + days[4:]
    assert list(made.report.to_frame().index) == days
    assert list(made.bets.to_frame().index) == days[4:]
    (trade,) = made.trades.trades
    assert (trade.opened, trade.closed) == (days[2], days[4])
    report = made.report.get_analysis()
    assert report["timestamp"] == days[5].isoformat()
    (position,) = report["position_metrics"]["positions"]
    assert (position["timestamp"], position["hours_held"]) == (days[5].isoformat(), 0)
    if strategy is OnceGuarded:
        assert ran.bt_risk.decisions[0].datetime == days[1]
