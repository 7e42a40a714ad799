"""Set-ups in which the desk could not know the account or the bars are refused, with the cure."""

from __future__ import annotations

import backtrader as bt
import pytest

from bt_risk import EngineError, ProfileError, RiskSignalStrategy, RiskStrategy, StrategyError, guard
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


# A parameter that is none.


class Crossing(RiskStrategy):
    params = (("fast", 20), ("slow", 50))


class PlainCrossing(bt.Strategy):
    params = (("fast", 20), ("slow", 50))


class Signs(RiskSignalStrategy):
    params = (("fast", 20), ("slow", 50))


class Made(Crossing):
    def __init__(self):
        self.made = True


class MadeWith(Crossing):
    def __init__(self, start=1, *, stop=2):
        self.made = (start, stop)


class Takes(Crossing):
    def __init__(self, **more):
        super().__init__(**more)
        self.made = more


class Below(Takes):
    pass


def start(strategy, **params):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(calm(2)))
    cerebro.addstrategy(strategy, **params)
    return cerebro.run()[0]


@pytest.mark.parametrize(
    ("strategy", "known"),
    [
        (Crossing, "profile, fast, slow"),
        (guard(PlainCrossing), "fast, slow, profile"),
        (Signs, "profile, signals, fast, slow"),
        (Made, "profile, fast, slow"),
        (MadeWith, "profile, fast, slow, start, stop"),
    ],
)
def test_a_misspelt_parameter_is_refused_with_the_nearest(strategy, known):
    with pytest.raises(StrategyError) as error:
        start(strategy, profil="moderate", fast=3)
    assert str(error.value) == (
        f"{strategy.__name__}: unknown parameter 'profil', did you mean 'profile'?; known are {known}"
    )


def test_all_unknown_parameters_are_in_one_error():
    with pytest.raises(StrategyError) as error:
        start(Crossing, fasst=3, slow=5, colour=1)
    assert str(error.value) == (
        "Crossing: unknown parameter 'fasst', did you mean 'fast'?; unknown parameter 'colour'; "
        "known are profile, fast, slow"
    )


def test_an_optimisation_is_refused_too():
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(feed(calm(2)))
    cerebro.optstrategy(Crossing, profil=["moderate", "aggressive"])
    with pytest.raises(StrategyError, match="unknown parameter 'profil'"):
        cerebro.run(maxcpus=1)


@pytest.mark.parametrize("strategy", [Takes, Below, guard(Below)])
def test_a_strategy_that_takes_anything_gets_it(strategy):
    assert start(strategy, profil="moderate", fast=3).made == {"profil": "moderate"}


def test_arguments_of_its_own_reach_the_strategy():
    assert start(MadeWith, start=5, stop=6, slow=3).made == (5, 6)


def test_what_backtrader_itself_takes_is_no_slip():
    assert start(Crossing, fast=3, plotname="mine").p.fast == 3


def test_a_base_that_makes_its_own_instances_still_does():
    class Counted:
        made = ()

        def __new__(cls, *args, **params):
            Counted.made = args
            return super().__new__(cls)

    strategy = start(type("Both", (RiskStrategy, Counted), {"__module__": __name__}))
    assert [data is strategy.data for data in Counted.made] == [True]
