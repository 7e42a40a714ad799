"""The observers' lines on runs that can be redone on paper, under a desk and on plain strategies."""

from __future__ import annotations

import math

import backtrader as bt
import pytest

from bt_risk.observers import BreakerObserver, DrawdownObserver, HeatObserver, StopObserver
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, ROUND, STOP, calm, do, each, trade
from tests.edge.plain import Plain

FALL = (100, 100, 84, 84)
LOW = (84, 85, 83, 84)
MODES = [{}, {"runonce": False}, {"preload": False}, {"exactbars": -1}]


def shown(observer, length):
    """Return every line of an observer as a list, None for an empty place."""
    return {
        name: [None if math.isnan(value) else value for value in getattr(observer.lines, name).array[:length]]
        for name in observer.getlinealiases()
    }


def watched(*markets, observer, script, multi=False, **options):
    def prepare(cerebro):
        (cerebro.addobservermulti if multi else cerebro.addobserver)(observer)

    strategy = trade(*markets, script=script, prepare=prepare, **options).strategy
    return [shown(each, len(strategy)) for each in observers_of(strategy)]


def observers_of(strategy):
    return list(strategy.getobservers())


def plain(*markets, observer, script, multi=False, **options):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    for number, bars in enumerate(markets):
        cerebro.adddata(RowFeed(rows=rows_of(bars)), name=f"d{number}")
    (cerebro.addobservermulti if multi else cerebro.addobserver)(observer, **options)
    cerebro.addstrategy(Plain, script=script)
    (strategy,) = cerebro.run()
    return [shown(each, len(strategy)) for each in observers_of(strategy)]


def test_the_heat_is_drawn_with_its_limit_its_tiers_and_its_band():
    (lines,) = watched(calm(4), observer=HeatObserver, script={2: do("buy")})
    assert lines["heat"] == [0, 0.01, 0.01, 0.01]
    assert lines["limit"] == [0.1] * 4
    assert lines["warning"] == pytest.approx([0.09] * 4)
    assert lines["critical"] == pytest.approx([0.095] * 4)
    assert (lines["band_low"], lines["band_high"]) == ([0.06] * 4, [0.08] * 4)


def test_the_heat_of_a_plain_strategy_is_drawn_too():
    (lines,) = plain(calm(4), observer=HeatObserver, script={2: do("buy", size=100)})
    assert lines["heat"] == [0, 0.1, 0.1, 0.1]
    assert lines["limit"] == lines["warning"] == [None] * 4
    (lines,) = plain(calm(4), observer=HeatObserver, script={}, profile="moderate")
    assert lines["limit"] == [0.1] * 4


@pytest.mark.parametrize("mode", MODES)
def test_the_drawdown_is_drawn_with_the_levels_that_act_on_it(mode):
    profile = ROUND.replace(drawdown_halt=0.15, drawdown_reduce=0.2)
    (lines,) = watched(
        [*calm(2), FALL, LOW],
        observer=DrawdownObserver,
        script={1: do("buy", stop=80)},
        profile=profile,
        **mode,
    )
    # 50 units lose 16 each
    assert lines["drawdown"] == pytest.approx([0, 0, 0.008, 0.008])
    assert (lines["halt"], lines["reduce"], lines["emergency"]) == ([0.15] * 4, [0.2] * 4, [None] * 4)


def test_the_drawdown_of_a_plain_strategy_leaves_withdrawals_out():
    script = {1: do("buy", size=100), 3: lambda strategy: strategy.broker.add_cash(-20_000)}
    (lines,) = plain([*calm(2), FALL, LOW, LOW], observer=DrawdownObserver, script=script)
    assert lines["drawdown"] == pytest.approx([0, 0, 0.016, 0.016, 0.016])
    assert lines["halt"] == [None] * 5


def test_the_breaker_shows_its_state_and_every_halt():
    def trip(strategy):
        strategy.bt_risk.trip("operator")

    (lines,) = watched(calm(4), observer=BreakerObserver, script={2: trip})
    assert lines["state"] == [0, 2, 1, 0]
    assert lines["halted"] == [0, 1, 0, 0]


def test_without_a_desk_the_breaker_has_nothing_to_show():
    (lines,) = plain(calm(3), observer=BreakerObserver, script={})
    assert lines == {"state": [None] * 3, "halted": [None] * 3}


@pytest.mark.parametrize("mode", MODES)
def test_stop_and_target_are_drawn_over_the_prices_of_their_data(mode):
    script = {
        1: do("buy", data=1, target=120.0),
        3: do("sell", data=1, exectype=STOP, price=97),
        4: do("close", data=1),
    }
    first, second = watched(calm(6), calm(6), observer=StopObserver, script=script, multi=True, **mode)
    assert first == {"stop": [None] * 6, "target": [None] * 6}
    assert second["stop"] == [None, 95, 97, 97, None, None]
    assert second["target"] == [None, 120, 120, 120, None, None]


def test_the_stop_of_a_plain_strategy_is_its_own_order():
    script = {1: each(do("buy", size=100), do("sell", size=100, exectype=STOP, price=96))}
    (lines,) = plain(
        [CALM, CALM, CALM, (100, 100, 95, 96), CALM], observer=StopObserver, script=script, multi=True
    )
    assert lines["stop"] == [None, 96, 96, None, None]


@pytest.mark.parametrize("mode", MODES)
def test_on_a_data_with_fewer_bars_the_stop_keeps_to_them(mode):
    script = {3: do("buy", data=1), 6: do("close", data=1)}
    sparse = {2: CALM, 3: CALM, 5: CALM, 6: CALM, 8: CALM}

    def prepare(cerebro):
        cerebro.addobservermulti(StopObserver)

    strategy = trade(calm(8), sparse, script=script, prepare=prepare, **mode).strategy
    _, second = observers_of(strategy)
    assert len(second) == 5
    # decided on day 3, filled on day 5, left on day 8
    assert shown(second, 5)["stop"] == [None, None, 95, 95, None]
