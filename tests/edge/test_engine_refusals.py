"""Set-ups in which the desk could not know the account or the bars are refused, with the cure."""

from __future__ import annotations

import backtrader as bt
import pytest

from bt_risk import EngineError, ProfileError, RiskStrategy
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, calm, do, trade


def feed(bars):
    return RowFeed(rows=rows_of(bars))


def run(*feeds, strategies=(RiskStrategy,), **options):
    cerebro = bt.Cerebro(stdstats=False, **options)
    for data in feeds:
        cerebro.adddata(data)
    for strategy in strategies:
        cerebro.addstrategy(strategy)
    return cerebro.run()


@pytest.mark.parametrize("exactbars", [1, True])
def test_one_bar_of_memory_on_two_calendars_is_refused(exactbars):
    with pytest.raises(
        EngineError, match=r"exactbars=1 .* different calendars.*; use exactbars=-1, -2 or False"
    ):
        trade(calm(6), {1: CALM, 4: CALM}, script={1: do("buy")}, exactbars=exactbars)


def test_one_bar_of_memory_on_one_calendar_works():
    session = trade([*calm(3), (100, 101, 94, 95)], calm(4), script={1: do("buy")}, exactbars=1)
    assert session.fills == [(2, 200, 100), (4, -200, 95)]


@pytest.mark.parametrize("exactbars", [-1, -2, False])
def test_more_memory_works_on_two_calendars(exactbars):
    session = trade(calm(6), {1: CALM, 4: CALM}, script={1: do("buy")}, exactbars=exactbars)
    assert session.fills == [(2, 200, 100)]


def test_a_replayed_data_is_refused():
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.replaydata(feed(calm(8)), timeframe=bt.TimeFrame.Weeks, name="week")
    cerebro.addstrategy(RiskStrategy)
    with pytest.raises(EngineError, match=r"week is replayed: .*; use resampledata"):
        cerebro.run()


@pytest.mark.parametrize("other", [RiskStrategy, bt.Strategy])
@pytest.mark.parametrize("is_first", [True, False])
def test_two_strategies_are_refused(other, is_first):
    strategies = (RiskStrategy, other) if is_first else (other, RiskStrategy)
    with pytest.raises(
        EngineError, match=r"two strategies share one broker.*; run each in a Cerebro of its own"
    ):
        run(feed(calm(3)), strategies=strategies)


@pytest.mark.parametrize("options", [{}, {"runonce": False}])
@pytest.mark.parametrize("order", [(1, 3, 2), (1, 1, 2), (2, 1, 3)])
def test_a_data_whose_times_do_not_rise_is_refused(order, options):
    rows = sum((rows_of({day: CALM}) for day in order), ())
    with pytest.raises(EngineError, match=r"data1: the bar of 2024-01-0\d .* sort the prices by time"):
        run(feed(calm(3)), RowFeed(rows=rows), **options)


def test_times_that_fall_are_refused_at_their_bar_where_nothing_is_loaded_before():
    with pytest.raises(EngineError, match="sort the prices by time"):
        trade({1: CALM, 3: CALM, 2: CALM, 4: CALM}, script={1: do("buy")}, preload=False)


def test_an_unknown_profile_is_refused_with_the_known_ones():
    with pytest.raises(ProfileError, match="unknown profile 'moderat', did you mean 'moderate'"):
        trade(calm(2), script={}, profile="moderat")


def test_a_profile_key_that_is_no_text_is_an_unknown_key():
    with pytest.raises(ProfileError, match="unknown key 3"):
        trade(calm(2), script={}, profile={3: 1})


def test_a_data_without_a_bar_is_no_obstacle():
    session = trade(calm(4), [], script={1: do("buy"), 2: do("buy", data=1)})
    assert session.outcomes() == [("entry", "accepted", "risk_per_trade"), ("entry", "denied", "fresh_bar")]
