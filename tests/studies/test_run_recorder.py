"""A run of anyone's Cerebro, recorded: as `record_run` does it, in any time zone."""

from __future__ import annotations

import datetime as dt

import backtrader as bt
import pandas as pd
import pytest

from bt_risk import ArrayFeed, EngineError, RunRecorder, StrategyError, guard, load_run, record_run
from tests.studies.frames import MARKETS, Periodic, Plain, Turns, prices


class East(dt.tzinfo):
    """Five hours behind UTC, all year."""

    def utcoffset(self, when):
        return dt.timedelta(hours=-5)

    def dst(self, when):
        return dt.timedelta(0)

    def tzname(self, when):
        return "EST"

    def localize(self, when):
        return when.replace(tzinfo=self)


def cerebro_of(strategy, markets, **options):
    cerebro = bt.Cerebro(stdstats=False)
    for name, frame in markets.items():
        cerebro.adddata(ArrayFeed(dataname=frame, **options), name=name)
    cerebro.broker.setcash(100_000.0)
    cerebro.broker.setcommission(0.001)
    cerebro.addstrategy(strategy)
    cerebro.addanalyzer(RunRecorder, _name="recorder")
    return cerebro


def test_a_run_of_ones_own_is_recorded_as_record_run_does_it(tmp_path):
    run = cerebro_of(Periodic, MARKETS).run()[0].analyzers.recorder.recorded()
    same = record_run(Periodic, MARKETS)
    assert run.equity.tolist() == same.equity.tolist()
    assert run.decisions == same.decisions
    assert run.trades == same.trades
    assert run.analyses == same.analyses
    assert run.title == same.title == "Periodic under moderate"
    assert run.settings == {
        "strategy": "Periodic",
        "data": "AAA, BBB",
        "period": "2005-01-03 to 2005-08-12",
        "bars": "160",
    }
    run.save(tmp_path)
    assert load_run(tmp_path).explain_trade(1).title == same.explain_trade(1).title


def test_a_strategy_that_was_wrapped_is_recorded_too():
    ended = cerebro_of(guard(Plain, profile="conservative"), MARKETS).run()[0]
    run = ended.analyzers.recorder.recorded(title="mine", settings={"by": "me"})
    assert (run.title, run.settings, run.profile.name) == ("mine", {"by": "me"}, "conservative")
    assert ended.analyzers.recorder.get_analysis() == {
        "decisions": len(run.decisions),
        "trades": len(run.trades),
    }


def test_the_times_of_a_run_are_those_of_its_first_instrument():
    minutes = prices(3, 200)
    minutes.index = pd.date_range("2020-01-02 14:30", periods=200, freq="15min", name="Date")
    run = cerebro_of(Turns, {"AAA": minutes}, tz=East()).run()[0].analyzers.recorder.recorded()
    assert run.account.index[0] == pd.Timestamp("2020-01-02 09:30")
    assert run.prices["AAA"].index.equals(run.account.index)
    assert {one.datetime for one in run.decisions} <= set(run.account.index)
    assert set(run.book["datetime"]) <= set(run.account.index)
    for trade in run.trades:
        bars = run.explain_trade(trade.number).bars
        assert bars.loc[trade.opened, "low"] <= trade.entry <= bars.loc[trade.opened, "high"]
        assert bars.loc[trade.opened : trade.closed, "stop"].notna().all()
    assert run.trades


def test_a_strategy_without_a_desk_is_refused():
    with pytest.raises(StrategyError, match="RunRecorder needs a strategy with a risk desk"):
        cerebro_of(Plain, MARKETS).run()


def test_a_run_that_kept_no_bars_cannot_be_recorded():
    ended = cerebro_of(Periodic, MARKETS).run(exactbars=1)[0]
    with pytest.raises(EngineError, match=r"AAA: the run kept too few bars .* exactbars=False"):
        ended.analyzers.recorder.recorded()
