"""What holds for every analyzer: plain JSON on any strategy, results that travel, and cost that grows with the bars."""

from __future__ import annotations

import json
import pickle
import sys

import backtrader as bt
import joblib
import pytest

import bt_risk.analyzers
from bt_risk import RiskStrategy
from bt_risk.analyzers import VaRAnalyzer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, ROUND

ANALYZERS = [getattr(bt_risk.analyzers, name) for name in bt_risk.analyzers.__all__]
UP_AND_DOWN = [(100 + n % 5, 104 + n % 5, 97 + n % 5, 101 + n % 5) for n in range(60)]


class Turns(bt.Strategy):
    """Buy every tenth bar, close five bars later."""

    def next(self):
        if len(self) % 10 == 1:
            self.buy(size=10)
        elif len(self) % 10 == 6:
            self.close()


class Guarded(RiskStrategy):
    """The same under a desk."""

    next = Turns.next


def run(strategy, bars, analyzers=ANALYZERS, **options):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(bars)), name="d0")
    cerebro.addstrategy(strategy, **options)
    for analyzer in analyzers:
        cerebro.addanalyzer(analyzer)
    return cerebro.run()[0]


def told(strategy, count):
    """Return the analyses of a run, in another process."""
    options = {"profile": ROUND} if strategy is Guarded else {}
    ran = run(strategy, UP_AND_DOWN[:count], **options)
    return [each.get_analysis() for each in ran.analyzers]


@pytest.mark.parametrize("analyzer", ANALYZERS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("strategy", [Turns, Guarded])
@pytest.mark.parametrize("bars", [[CALM], UP_AND_DOWN])
def test_every_analysis_is_plain_json_and_has_a_frame(analyzer, strategy, bars):
    (made,) = run(strategy, bars, [analyzer]).analyzers
    found = made.get_analysis()
    assert type(found) is dict
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert isinstance(found["missing"], dict)
    assert all(isinstance(reason, str) and reason for reason in found["missing"].values())
    assert len(made.to_frame().columns) > 0


@pytest.mark.parametrize("strategy", [Turns, Guarded])
def test_two_processes_of_joblib_tell_what_this_one_tells(strategy):
    jobs = joblib.Parallel(n_jobs=2)(joblib.delayed(told)(strategy, count) for count in (30, 60))
    assert jobs == [told(strategy, count) for count in (30, 60)]


@pytest.mark.parametrize("optreturn", [True, False])
@pytest.mark.parametrize("strategy", [Turns, Guarded])
def test_an_optimisation_brings_back_all_of_them(strategy, optreturn):
    cerebro = bt.Cerebro(stdstats=False, maxcpus=2, optreturn=optreturn)
    cerebro.adddata(RowFeed(rows=rows_of(UP_AND_DOWN)))
    cerebro.optstrategy(strategy, **({"profile": [ROUND, "moderate"]} if strategy is Guarded else {}))
    for analyzer in ANALYZERS:
        cerebro.addanalyzer(analyzer)
    for (ran,) in cerebro.run():
        for made in ran.analyzers:
            assert json.dumps(made.get_analysis(), allow_nan=False)
            made.to_frame()


def test_what_an_optimisation_ships_holds_no_strategy_and_no_data():
    cerebro = bt.Cerebro(stdstats=False, maxcpus=1)
    cerebro.adddata(RowFeed(rows=rows_of(UP_AND_DOWN)))
    cerebro.optstrategy(Turns)
    for analyzer in ANALYZERS:
        cerebro.addanalyzer(analyzer)
    ((ran,),) = cerebro.run()
    shipped = pickle.dumps(ran.analyzers)
    # No strategy, broker or data behind them.
    assert Turns.__module__.encode() not in shipped
    assert RowFeed.__module__.encode() not in shipped
    assert len(shipped) < 100_000


def calls(bars):
    """Return how many Python functions a run and its analyses call."""
    count = 0

    def see(frame, event, argument):
        nonlocal count
        count += event == "call"

    sys.setprofile(see)
    try:
        ran = run(Guarded, bars, [each for each in ANALYZERS if each is not VaRAnalyzer], profile=ROUND)
        for made in ran.analyzers:
            made.get_analysis()
    finally:
        sys.setprofile(None)
    return count


def test_twice_the_bars_cost_no_more_than_twice_the_calls():
    run(Guarded, UP_AND_DOWN, profile=ROUND)  # what is done once in a process
    few, some, many = (calls(UP_AND_DOWN * times) for times in (2, 4, 8))
    assert many - some < 2.1 * (some - few)
