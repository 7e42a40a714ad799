"""HeatAnalyzer on plain Backtrader strategies: what their broker knows, and what it does not."""

from __future__ import annotations

import json

import backtrader as bt
import pytest

from bt_risk.analyzers import HeatAnalyzer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import LIMIT, ROUND, STOP, TRAIL, Script, calm, do, each


class Plain(Script, bt.Strategy):
    def start(self):
        pass

    def notify_order(self, order):
        pass

    def notify_trade(self, trade):
        pass


def analysed(*markets, script, profile=None, prepare=None):
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    for number, bars in enumerate(markets):
        cerebro.adddata(RowFeed(rows=rows_of(bars)), name=f"d{number}")
    if prepare is not None:
        prepare(cerebro)
    cerebro.addstrategy(Plain, script=script)
    cerebro.addanalyzer(HeatAnalyzer, _name="heat", profile=profile)
    return cerebro.run()[0].analyzers.heat


def heats(*markets, script, **options):
    frame = analysed(*markets, script=script, **options).to_frame()
    return {name: list(frame[name]) for name in ("open_heat", "reserved_heat", "locked_in")}


def test_a_position_without_a_stop_risks_its_notional():
    seen = heats(calm(4), script={2: do("buy", size=100)})
    assert seen["reserved_heat"] == [0, 0.1, 0, 0]
    assert seen["open_heat"] == [0, 0, 0.1, 0.1]


def test_its_own_stop_order_is_the_stop_of_a_position():
    script = {2: each(do("buy", size=100), do("sell", size=100, exectype=STOP, price=95))}
    seen = heats(calm(4), script=script)
    assert seen["reserved_heat"] == [0, 0.005, 0, 0]
    assert seen["open_heat"] == [0, 0, 0.005, 0.005]


def test_the_children_of_a_bracket_are_its_stop_from_the_decision_on():
    script = {2: do("buy_bracket", size=100, exectype=bt.Order.Market, stopprice=95, limitprice=110)}
    seen = heats(calm(4), script=script)
    assert seen["reserved_heat"] == [0, 0.005, 0, 0]
    assert seen["open_heat"] == [0, 0, 0.005, 0.005]


def test_units_that_no_stop_covers_risk_their_notional():
    script = {2: do("buy", size=100), 3: do("sell", size=40, exectype=STOP, price=95)}
    # 40 units to 95, 60 units to nothing
    assert heats(calm(4), script=script)["open_heat"] == [0, 0, 0.062, 0.062]


def test_of_two_stops_the_one_that_is_hit_first_counts():
    stops = [do("sell", size=100, exectype=STOP, price=price) for price in (90, 95)]
    assert heats(calm(4), script={2: do("buy", size=100), 3: each(*stops)})["open_heat"][-1] == 0.005


def test_a_short_is_stopped_from_above():
    script = {2: do("sell", size=100), 3: do("buy", size=100, exectype=STOP, price=105)}
    assert heats(calm(4), script=script)["open_heat"] == [0, 0, 0.005, 0.005]


def test_a_stop_beyond_the_entry_locks_profit_in():
    market = [*calm(2), (100, 111, 99, 110), *[(110, 111, 109, 110)] * 2]
    script = {2: do("buy", size=100), 3: do("sell", size=100, exectype=STOP, price=105)}
    seen = heats(market, script=script)
    assert seen["open_heat"][-1] == 0
    assert seen["locked_in"][-1] == pytest.approx(500 / 101_000)


def test_a_trailing_stop_counts_where_it_stands():
    market = [*calm(3), (100, 104, 100, 104), (104, 105, 103, 104)]
    script = {1: do("buy", size=100), 2: do("sell", size=100, exectype=TRAIL, trailamount=10)}
    # 10 below the close: 90 while that is 100, 94 from 104 on
    seen = heats(market, script=script)["open_heat"]
    assert seen == pytest.approx([0, 0.01, 0.01, 600 / 100_400, 600 / 100_400])


def test_an_entry_that_rests_is_reserved_until_it_is_cancelled():
    script = {
        2: do("buy", size=100, exectype=LIMIT, price=90, name="entry"),
        4: lambda strategy: strategy.cancel(strategy.sent["entry"]),
    }
    assert heats(calm(5), script=script)["reserved_heat"] == [0, 0.09, 0.09, 0, 0]


def test_futures_risk_by_their_multiplier():
    def futures(cerebro):
        cerebro.broker.setcommission(commission=2.0, margin=1_000.0, mult=50.0)

    script = {2: each(do("buy", size=1), do("sell", size=1, exectype=STOP, price=95))}
    frame = analysed(calm(4), script=script, prepare=futures).to_frame()
    # 5 points of 50 and one commission of 2, on an account that has paid 2 already
    assert frame["open_heat"].iloc[-1] == pytest.approx(252 / 99_998)


def test_without_a_profile_there_is_no_limit_to_tell_of():
    found = analysed(calm(4), script={2: do("buy", size=100)}).get_analysis()
    assert found["utilisation"] == {"mean": None, "max": None, "last": None}
    assert (found["bars_in_tier"], found["in_target_band"]) == (None, None)
    assert "profile" in found["missing"]["tier"]
    assert "average true range" in found["missing"]["stressed_heat"]
    assert found["heat"]["max"] == pytest.approx(0.1)
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_profile_to_hold_it_against_gives_the_tiers():
    analyzer = analysed(calm(4), script={2: do("buy", size=95)}, profile=ROUND)
    found = analyzer.get_analysis()
    assert found["bars_in_tier"] == {"NORMAL": 1, "WARNING": 0, "CRITICAL": 3, "EMERGENCY": 0}
    assert found["utilisation"]["max"] == pytest.approx(0.95)
    assert list(analyzer.to_frame()["tier"]) == [0, 2, 2, 2]


def test_positions_that_are_closed_are_forgotten():
    analyzer = analysed(calm(6), calm(6), script={2: do("buy", size=100, data=1), 4: do("close", data=1)})
    assert list(analyzer.composition()["data"]) == ["d1"] * 3
    assert list(analyzer.composition()["bar"]) == [2, 3, 4]


def test_the_stop_of_an_entry_on_its_way_is_no_stop_of_the_position():
    script = {
        1: do("buy", size=100),
        3: do("buy_bracket", size=100, price=90, stopprice=85, limitprice=120),
    }
    seen = heats(calm(5), script=script)
    assert seen["open_heat"] == [0, 0.1, 0.1, 0.1, 0.1]
    assert seen["reserved_heat"] == [0.1, 0, 0.005, 0.005, 0.005]
