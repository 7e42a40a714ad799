"""Under a risk desk every indicator has, on every bar, the length and the values that it has without one."""

from __future__ import annotations

import backtrader as bt
import pytest

from bt_risk import RiskMixin, guard
from bt_risk.feeds import ArrayFeed
from bt_risk.market.indicator_steps import IndicatorSteps
from bt_risk.prices import find_prices, load_prices

AAPL = load_prices(find_prices("AAPL"), start="2000-09-01", end="2000-11-30")
EURUSD = load_prices(find_prices("EURUSD"), start="2000-09-10", end="2000-12-15")


class Twice(bt.Indicator):
    """An indicator that knows only how to go bar by bar."""

    lines = ("twice",)

    def next(self):
        self.lines.twice[0] = 2.0 * self.data[0]


class SlowStart(bt.Indicator):
    """An indicator that steps in its own way: not on its first three chances."""

    lines = ("close",)
    chances = 0

    def next(self):
        self.lines.close[0] = self.data[0]

    def advance(self, size=1):
        self.chances += 1
        if self.chances > 3:
            super().advance(size)


class Observing(bt.Strategy):
    """Write down the length and the last values of every indicator."""

    def __init__(self):
        self.trace = []
        for data in self.datas:
            fast, slow = bt.ind.SMA(data, period=3), bt.ind.EMA(data.close, period=5)
            bt.ind.CrossOver(fast, slow)
            bt.ind.MACD(data, period_me1=3, period_me2=5, period_signal=2)
            bt.ind.Highest(Twice(data) - slow, period=2)
            self.spread = bt.If(data.close > fast(-1), fast - slow, bt.Min(slow, data.low))

    def prenext(self):
        self.write_down("prenext")

    def nextstart(self):
        self.write_down("nextstart")

    def next(self):
        self.write_down("next")

    def write_down(self, name):
        row = [name, len(self), self.datetime[0]]
        for indicator in self.getindicators():
            row.append(len(indicator))
            row += [float(line[0]).hex() for line in indicator.lines if len(indicator)]
        self.trace.append(row)


class ObservingMore(Observing):
    """Have an indicator too that steps in a way of its own."""

    def __init__(self):
        super().__init__()
        for data in self.datas:
            bt.ind.SMA(SlowStart(data), period=2)


class OwnWay(bt.Strategy):
    """Go on from bar to bar in a way of its own."""

    def __init__(self):
        self.times = []

    def _oncepost(self, dt):
        self.times.append(dt)
        super()._oncepost(dt)


class OwnWayBelow(RiskMixin, OwnWay):
    """The same, behind the risk desk."""


def one(cerebro, feed):
    cerebro.adddata(feed(dataname=AAPL))


def two_calendars(cerebro, feed):
    cerebro.adddata(feed(dataname=AAPL))
    cerebro.adddata(feed(dataname=EURUSD))


def weekly_beside_daily(cerebro, feed):
    daily = feed(dataname=AAPL)
    cerebro.adddata(daily)
    cerebro.resampledata(daily, timeframe=bt.TimeFrame.Weeks)


def run(strategy, market, feed=ArrayFeed, **mode):
    cerebro = bt.Cerebro(stdstats=False, **mode)
    market(cerebro, feed)
    cerebro.addstrategy(strategy)
    return cerebro.run()[0]


@pytest.mark.parametrize("strategy", [Observing, ObservingMore])
@pytest.mark.parametrize("feed", [ArrayFeed, bt.feeds.PandasData])
@pytest.mark.parametrize("market", [one, two_calendars, weekly_beside_daily])
@pytest.mark.parametrize(
    "mode",
    [
        {},
        {"exactbars": -1},
        {"exactbars": -2},
        {"oldsync": True},
        {"cheat_on_open": True},
        {"runonce": False},
    ],
    ids=str,
)
def test_indicators_are_those_of_the_plain_strategy_on_every_bar(mode, market, feed, strategy):
    plain = run(strategy, market, feed, **mode).trace
    assert run(guard(strategy), market, feed, **mode).trace == plain
    assert len(plain) > 60
    assert {row[0] for row in plain} == {"prenext", "nextstart", "next"}


def test_all_but_the_unusual_indicators_are_stepped_ahead():
    for kind, unusual in ((Observing, []), (ObservingMore, ["SlowStart"])):
        indicators = run(kind, one).getindicators()
        steps = IndicatorSteps(indicators)
        stepped = {id(first) for _, first, _ in steps._steps}
        assert [type(i).__name__ for i in indicators if id(i.lines[0]) not in stepped] == unusual
        assert steps.has_all == (not unusual)


@pytest.mark.parametrize("strategy", [guard(OwnWay), OwnWayBelow])
def test_a_strategy_keeps_a_way_of_its_own_from_bar_to_bar(strategy):
    assert len(run(strategy, one).times) == len(AAPL)
