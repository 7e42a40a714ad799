"""TradeRiskAnalyzer on plain Backtrader strategies: R where their own stop orders give it."""

from __future__ import annotations

import json

import backtrader as bt
import pytest

from bt_risk.analyzers import TradeRiskAnalyzer
from tests.edge.market import LIMIT, STOP, calm, do, each
from tests.edge.plain import Plain, run_plain

FALL = (100, 101, 94, 96)
HIGH = (110, 111, 109, 110)


def analysed(*markets, script, **options):
    return run_plain(*markets, script=script, analyzer=TradeRiskAnalyzer, **options)


def only(analyzer):
    (trade,) = analyzer.trades
    return trade


def test_a_bracket_gives_the_planned_risk():
    script = {2: do("buy_bracket", size=100, exectype=bt.Order.Market, stopprice=95, limitprice=110)}
    trade = only(analysed([*calm(4), HIGH, HIGH], script=script))
    assert (trade.risk, trade.realised, trade.r_multiple, trade.reason) == (500, 1_000, 2, "limit")
    assert (trade.mae, trade.mfe) == pytest.approx((0.2, 2.0))


def test_a_stop_sent_with_the_entry_gives_it_also_when_it_is_hit_at_once():
    script = {2: each(do("buy", size=100), do("sell", size=100, exectype=STOP, price=95))}
    trade = only(analysed([*calm(2), FALL, *calm(2)], script=script))
    assert (trade.risk, trade.realised, trade.r_multiple, trade.reason, trade.bars) == (
        500,
        -500,
        -1,
        "stop",
        0,
    )


def test_a_stop_sent_on_the_bar_of_the_fill_gives_it_too():
    script = {2: do("buy", size=100), 3: do("sell", size=100, exectype=STOP, price=95)}
    trade = only(analysed([*calm(4), FALL, *calm(2)], script=script))
    assert (trade.risk, trade.r_multiple) == (500, -1)


def test_a_stop_that_came_later_was_no_plan():
    script = {2: do("buy", size=100), 4: do("sell", size=100, exectype=STOP, price=95)}
    analyzer = analysed([*calm(5), FALL, *calm(2)], script=script)
    found = analyzer.get_analysis()
    assert (found["trades"], found["rated"], found["mean_r"], found["net"]) == (1, 0, None, -500)
    assert found["missing"]["r"] == "1 of 1 trades had no stop for all of the position when they began"
    assert (found["mae"]["max"], found["kelly"]["of"]) == (None, "money")


def test_a_stop_for_a_part_of_the_position_is_no_plan_for_it():
    script = {
        2: each(do("buy", size=100), do("sell", size=40, exectype=STOP, price=95)),
        4: do("close"),
    }
    found = analysed(calm(6), script=script).get_analysis()
    assert (found["trades"], found["rated"]) == (1, 0)


def test_a_short_is_rated_by_its_buy_stop():
    script = {
        2: each(do("sell", size=100), do("buy", size=100, exectype=STOP, price=105)),
        4: do("close", size=100),
    }
    trade = only(analysed([*calm(4), (96, 97, 95, 96), (96, 97, 95, 96)], script=script))
    assert (trade.side, trade.risk, trade.realised, trade.r_multiple) == ("short", 500, 400, 0.8)


def test_adds_and_partial_exits_belong_to_one_trade():
    script = {
        1: each(do("buy", size=100), do("sell", size=100, exectype=STOP, price=95)),
        2: each(do("buy", size=50), do("sell", size=50, exectype=STOP, price=95)),
        3: do("sell", size=60, exectype=LIMIT, price=100),
        4: do("close", size=90),
    }
    trade = only(analysed([*calm(4), HIGH, HIGH], script=script))
    assert (trade.units, trade.adds, trade.risk) == (150, 1, 750)
    assert trade.realised == pytest.approx(900)


def test_futures_count_by_their_multiplier_and_costs():
    def futures(cerebro):
        cerebro.broker.setcommission(commission=2.0, margin=1_000.0, mult=50.0)

    script = {2: each(do("buy", size=1), do("sell", size=1, exectype=STOP, price=95))}
    trade = only(analysed([*calm(3), FALL, *calm(2)], script=script, prepare=futures))
    assert (trade.risk, trade.realised, trade.costs) == (250, -254, 4)
    assert trade.r_multiple == pytest.approx(-1.016)


class Crossing(Plain):
    """Buy and sell at market on fixed bars, and turn the position over twice."""

    def next(self):
        if len(self) % 4 == 1:
            self.order_target_size(target=10 if len(self) % 8 == 1 else -10)


def test_counts_and_money_are_those_of_backtraders_own_analyzer():
    market = [(100 + n % 7, 103 + n % 7, 97 + n % 7, 101 + n % 5) for n in range(60)]

    def compare(cerebro):
        cerebro.broker.setcommission(commission=0.001)
        cerebro.addanalyzer(bt.analyzers.TradeAnalyzer, _name="theirs")

    analyzer = analysed(market, script={}, prepare=compare, strategy=Crossing)
    theirs, mine = analyzer.strategy.analyzers.theirs.get_analysis(), analyzer.get_analysis()
    assert mine["trades"] == theirs.total.closed > 10
    assert (mine["won"], mine["lost"], mine["open"]) == (
        theirs.won.total,
        theirs.lost.total,
        theirs.total.open,
    )
    assert mine["net"] == pytest.approx(theirs.pnl.net.total, rel=1e-9)
    assert mine["average_win"] == pytest.approx(theirs.won.pnl.average, rel=1e-9)
    assert mine["largest_loss"] == pytest.approx(theirs.lost.pnl.max, rel=1e-9)
    sides = {side: row["trades"] for side, row in mine["sides"].items()}
    assert sides == {"long": theirs.long.total, "short": theirs.short.total}


def test_what_a_plain_strategy_cannot_tell_is_said_and_the_rest_is_json():
    script = {2: do("buy_bracket", size=100, exectype=bt.Order.Market, stopprice=95, limitprice=110)}
    found = analysed([*calm(4), HIGH, HIGH], script=script).get_analysis()
    assert found["ledger"] is None
    assert "risk desk" in found["missing"]["ledger"]
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_of_two_stops_the_one_that_is_hit_first_is_the_plan():
    stops = [do("sell", size=100, exectype=STOP, price=price) for price in (90, 95)]
    script = {2: each(do("buy", size=100), *stops), 4: each(do("close", size=100))}
    assert only(analysed(calm(6), script=script)).risk == 500


def test_an_entry_has_the_stop_of_its_own_bracket():
    script = {
        2: each(
            do("buy_bracket", size=100, price=99.5, stopprice=80, limitprice=120),
            do("buy_bracket", size=100, price=90, stopprice=85, limitprice=120),
        ),
        4: do("close", size=100),
    }
    trade = only(analysed(calm(6), script=script))
    assert (trade.entry, trade.stop, trade.risk) == (99.5, 80, 1_950)


def test_excursions_reach_the_bars_between_entry_and_exit_and_the_exits_opening():
    stop = each(do("buy", size=100), do("sell", size=100, exectype=STOP, price=95))
    between = only(analysed([*calm(3), (100, 108, 97, 100), FALL, *calm(2)], script={2: stop}))
    assert (between.mae, between.mfe) == pytest.approx((1.0, 1.6))
    opening = only(analysed([*calm(3), (104, 104, 94, 95), *calm(2)], script={2: stop}))
    assert (opening.mae, opening.mfe) == pytest.approx((1.0, 0.8))
