"""DrawdownAnalyzer on runs whose equity is the price of the one unit they hold."""

from __future__ import annotations

import datetime as dt
import json
import math
import pickle

import backtrader as bt
import empyrical
import numpy as np
import pytest

from bt_risk import RequestError
from bt_risk.analyzers import DrawdownAnalyzer
from tests.bench.feed import RowFeed, day_number, rows_of
from tests.edge.market import LIMIT, calm, do, trade

# From day 2 on the account is one unit: a fall of 25 % from 120, one of 10 % from 130, then one of 50 % that lasts.
CLOSES = [100, 100, 120, 90, 102, 120, 130, 117, 130, 65, 78]


class OneUnit(bt.Strategy):
    """Hold `size` units from day 2 on; pay in what `flows` gives for a day."""

    params = (("size", 1), ("flows", {}), ("hold", True))

    def next(self):
        if len(self) == 1 and self.p.hold:
            self.order_target_size(target=self.p.size)
        flow = self.p.flows.get(len(self))
        if flow is not None:
            self.broker.add_cash(flow)


def bars_of(closes):
    return [(close,) * 4 for close in closes]


def cerebro_of(closes, rows=None, cash=100.0, **options):
    cerebro = bt.Cerebro(stdstats=False, **options)
    cerebro.broker.setcash(cash)
    cerebro.adddata(RowFeed(rows=rows or rows_of(bars_of(closes))), name="unit")
    return cerebro


def watch(closes=CLOSES, rows=None, cash=100.0, params=None, **options):
    cerebro = cerebro_of(closes, rows, cash)
    cerebro.addstrategy(OneUnit, **(params or {}))
    cerebro.addanalyzer(DrawdownAnalyzer, _name="drawdown", **options)
    return cerebro.run()[0].analyzers.drawdown


def day(number):
    return f"2024-01-{number:02}T00:00:00"


def test_the_drawdowns_have_dates_and_lengths():
    analysis = watch().get_analysis()
    assert analysis["count"] == 3
    assert analysis["max_drawdown"] == 0.5
    assert analysis["current_drawdown"] == pytest.approx(0.4)
    assert analysis["drawdowns"] == [
        {
            "depth": 0.5,
            "peak": day(9),
            "trough": day(10),
            "recovery": None,
            "bars": 2,
            "days": 2.0,
            "bars_to_trough": 1,
            "bars_to_recovery": None,
        },
        {
            "depth": 0.25,
            "peak": day(3),
            "trough": day(4),
            "recovery": day(6),
            "bars": 3,
            "days": 3.0,
            "bars_to_trough": 1,
            "bars_to_recovery": 2,
        },
        {
            "depth": pytest.approx(0.1),
            "peak": day(7),
            "trough": day(8),
            "recovery": day(9),
            "bars": 2,
            "days": 2.0,
            "bars_to_trough": 1,
            "bars_to_recovery": 1,
        },
    ]


def test_the_measures_are_those_of_the_curve():
    analysis = watch(alpha=0.25).get_analysis()
    depths = [0, 0, 0, 0.25, 0.15, 0, 0, 0.1, 0, 0.5, 0.4]
    assert analysis["mean_drawdown"] == pytest.approx(sum(depths) / 11)
    assert analysis["ulcer_index"] == pytest.approx(math.sqrt(sum(depth**2 for depth in depths) / 11))
    # A quarter of eleven bars are the two deepest and three quarters of the third.
    assert analysis["conditional_drawdown"] == pytest.approx((0.5 + 0.4 + 0.75 * 0.25) / 2.75)
    assert analysis["drawdown_at_risk"] == 0.25
    assert analysis["time_under_water"] == {"share": 5 / 11, "longest_bars": 3, "longest_days": 3.0}
    assert analysis["calmar_ratio"] == pytest.approx((0.78 ** (365.25 / 10) - 1) / 0.5)
    assert analysis["missing"] == {}


def test_the_frame_has_a_row_for_each_bar():
    frame = watch().to_frame()
    assert list(frame["equity"]) == list(frame["adjusted"]) == CLOSES
    assert list(frame["peak"]) == [100, 100, 120, 120, 120, 120, 130, 130, 130, 130, 130]
    assert list(frame["drawdown"]) == pytest.approx([0, 0, 0, 0.25, 0.15, 0, 0, 0.1, 0, 0.5, 0.4])
    assert list(frame["daily_loss"]) == pytest.approx([0, 0, 0, 0.25, 0, 0, 0, 0.1, 0, 0.5, 0])
    assert frame.index[3].isoformat() == day(4)


def test_within_a_session_losses_are_measured_from_the_end_of_the_one_before():
    # Two bars a day: 100 | 100 90 | 95 96 | 84 88
    closes = [100, 100, 90, 95, 96, 84, 88]
    times = [day_number(1), *(day_number(number) + half for number in (2, 3, 4) for half in (0.25, 0.5))]
    rows = tuple((time, *bar, 1000.0) for time, bar in zip(times, bars_of(closes), strict=True))
    analyzer = watch(rows=rows)
    assert list(analyzer.to_frame()["daily_loss"]) == pytest.approx([0, 0, 0.1, 0, 0, 12 / 96, 8 / 96])
    daily = analyzer.daily_frame()
    assert list(daily["loss"]) == pytest.approx([0, 0.1, 0, 8 / 96])
    assert list(daily["worst_loss"]) == pytest.approx([0, 0.1, 0, 12 / 96])
    assert list(daily["equity"]) == [100, 90, 96, 88]
    assert analyzer.get_analysis()["daily_loss"] == {
        "worst": pytest.approx(0.1),
        "date": "2024-01-02",
        "worst_within": pytest.approx(12 / 96),
        "within_date": "2024-01-04",
        "mean": pytest.approx((0.1 + 8 / 96) / 2),
        "sessions": 4,
        "losing": 2,
    }


@pytest.mark.parametrize("flow", [150.0, -60.0])
def test_money_paid_in_or_out_is_neither_profit_nor_loss(flow):
    # Half of 200 is in the unit. The flow arrives at the end of day 5, after a day without a move.
    closes = [100, 100, 80, 90, 90, 45, 135]
    analyzer = watch(closes, cash=200.0, params={"flows": {4: flow}})
    frame = analyzer.to_frame()
    assert list(frame["flow"]) == [0, 0, 0, 0, flow, 0, 0]
    assert list(frame["equity"]) == [200, 200, 180, 190, 190 + flow, 145 + flow, 235 + flow]
    stake = 190 / (190 + flow)
    expected = [200, 200, 180, 190, 190, stake * (145 + flow), stake * (235 + flow)]
    assert list(frame["adjusted"]) == pytest.approx(expected)
    analysis = analyzer.get_analysis()
    assert analysis["max_drawdown"] == pytest.approx(1 - stake * (145 + flow) / 200)
    assert (analysis["deposits"], analysis["withdrawals"]) == (max(flow, 0), max(-flow, 0))
    assert analysis["daily_loss"]["date"] == "2024-01-06"


def test_an_equity_that_is_not_known_is_left_out():
    closes = [100, 100, 120, math.nan, 90, 126]
    analyzer = watch(closes)
    frame = analyzer.to_frame()
    assert np.isnan(frame["drawdown"]).tolist() == [False, False, False, True, False, False]
    analysis = analyzer.get_analysis()
    assert analysis["max_drawdown"] == 0.25
    assert analysis["drawdowns"][0]["bars"] == 3
    assert analysis["time_under_water"]["share"] == 1 / 5
    assert analysis["missing"] == {"equity": "unknown on 1 of 6 bars, which are left out"}


def test_an_account_below_zero_has_lost_more_than_all():
    # Two units short: the rise of 80 costs 160 of 100.
    analysis = watch([100, 100, 180], params={"size": -2}).get_analysis()
    assert analysis["max_drawdown"] == pytest.approx(1.6)
    assert analysis["calmar_ratio"] is None
    assert analysis["missing"] == {"calmar_ratio": "no time passed, or nothing is left"}


def test_a_run_without_a_trade_never_falls():
    analysis = watch(params={"hold": False}).get_analysis()
    assert (analysis["max_drawdown"], analysis["count"], analysis["drawdowns"]) == (0.0, 0, [])
    assert analysis["calmar_ratio"] is None
    assert analysis["missing"] == {"calmar_ratio": "no drawdown"}
    assert analysis["daily_loss"]["worst"] == 0.0
    assert analysis["daily_loss"]["date"] is None


def test_a_run_without_a_bar_says_so():
    analyzer = watch(rows=(), closes=[])
    analysis = analyzer.get_analysis()
    assert analysis["bars"] == 0
    assert analysis["max_drawdown"] is None
    assert analysis["missing"] == {"max_drawdown": "no bar with an equity above zero before it"}
    assert analyzer.to_frame().empty
    assert analyzer.daily_frame().empty


def test_only_the_deepest_are_told():
    assert [told["depth"] for told in watch(top=1).get_analysis()["drawdowns"]] == [0.5]


@pytest.mark.parametrize("options", [{"top": -1}, {"top": 2.5}, {"top": True}, {"alpha": 0}, {"alpha": 1.0}])
def test_a_parameter_that_cannot_be_meant_is_refused(options):
    with pytest.raises(RequestError, match=rf"{next(iter(options))} must be .* received"):
        watch(**options)


def test_the_analysis_is_plain_and_the_analyzer_travels():
    analyzer = watch()
    analysis = analyzer.get_analysis()
    assert json.loads(json.dumps(analysis)) == analysis
    analyzer.strategy = analyzer._parent = None
    for name in dir(analyzer):
        if name.startswith("data"):
            setattr(analyzer, name, None)
    assert pickle.loads(pickle.dumps(analyzer)).get_analysis() == analysis


@pytest.mark.parametrize("maxcpus", [1, 2])
def test_an_optimisation_brings_the_drawdowns_home(maxcpus):
    cerebro = cerebro_of(CLOSES, maxcpus=maxcpus)
    cerebro.optstrategy(OneUnit, size=[0, 1])
    cerebro.addanalyzer(DrawdownAnalyzer, _name="drawdown")
    runs = [runs[0].analyzers.drawdown for runs in cerebro.run()]
    assert [run.get_analysis()["max_drawdown"] for run in runs] == [0.0, 0.5]
    assert list(runs[1].to_frame()["equity"]) == CLOSES


@pytest.mark.parametrize(
    "mode", [{"runonce": False}, {"preload": False}, {"exactbars": 1}, {"exactbars": -1}]
)
def test_every_engine_mode_shows_the_same(mode):
    cerebro = cerebro_of(CLOSES, **mode)
    cerebro.addstrategy(OneUnit)
    cerebro.addanalyzer(DrawdownAnalyzer, _name="drawdown")
    assert cerebro.run()[0].analyzers.drawdown.get_analysis() == watch().get_analysis()


def test_backtraders_own_analyzers_see_the_same_run():
    prices = 100 * np.cumprod(1 + np.random.default_rng(13).normal(0.0005, 0.02, 500))
    cerebro = cerebro_of(prices, cash=150.0)
    cerebro.addstrategy(OneUnit)
    cerebro.addanalyzer(DrawdownAnalyzer, _name="ours")
    cerebro.addanalyzer(bt.analyzers.DrawDown, _name="theirs")
    cerebro.addanalyzer(bt.analyzers.TimeReturn, _name="returns")
    (strategy,) = cerebro.run()
    ours, theirs = strategy.analyzers.ours.get_analysis(), strategy.analyzers.theirs.get_analysis()
    assert ours["max_drawdown"] == pytest.approx(theirs.max.drawdown / 100, rel=1e-12)
    assert ours["current_drawdown"] == pytest.approx(theirs.drawdown / 100, rel=1e-12)
    returns = np.array(list(strategy.analyzers.returns.get_analysis().values()))
    equity = strategy.analyzers.ours.to_frame()["equity"].to_numpy()
    assert equity / 150 == pytest.approx(np.cumprod(1 + returns), rel=1e-12)
    assert ours["max_drawdown"] == pytest.approx(-empyrical.max_drawdown(returns), rel=1e-12)


def test_under_a_risk_desk_the_equity_is_the_desks():
    # 200 units from 100; the close of day 3 is 96, the stop at 95 fills on day 4.
    session = trade(
        [*calm(2), (100, 100, 96, 96), (96, 96, 90, 92), *calm(1)],
        script={1: do("buy", exectype=LIMIT, price=100)},
        prepare=lambda cerebro: cerebro.addanalyzer(DrawdownAnalyzer, _name="drawdown"),
    )
    analyzer = session.strategy.analyzers.drawdown
    assert list(analyzer.to_frame()["equity"]) == session.values
    assert analyzer.get_analysis()["max_drawdown"] == pytest.approx(0.01)


def test_a_day_is_measured_from_the_last_equity_that_was_known():
    frame = watch([100, 100, 120, math.nan, 90]).to_frame()
    assert list(frame["daily_loss"]) == pytest.approx([0, 0, 0, math.nan, 0.25], nan_ok=True)


def test_money_that_comes_while_the_equity_is_unknown_is_no_profit_either():
    analyzer = watch([100, 100, 120, math.nan, 120, 60], params={"flows": {3: 120.0}})
    frame = analyzer.to_frame()
    assert list(frame["flow"]) == [0, 0, 0, 120, 0, 0]
    assert list(frame["adjusted"]) == pytest.approx([100, 100, 120, math.nan, 120, 90], nan_ok=True)


def test_money_that_saves_an_account_is_no_profit():
    # Two units short: 100 - 160 = -60 on day 3; 200 more on day 4 make 140, and a fall of 30 adds 60.
    analyzer = watch([100, 100, 180, 180, 150], params={"size": -2, "flows": {3: 200.0}})
    frame = analyzer.to_frame()
    assert list(frame["equity"]) == [100, 100, -60, 140, 200]
    assert list(frame["adjusted"]) == pytest.approx([100, 100, -60, -60, 0])
    assert analyzer.get_analysis()["max_drawdown"] == pytest.approx(1.6)


def test_sessions_are_those_of_the_exchange():
    # Ten in the morning and ten at night of two days in New York; in UTC the nights belong to the days after.
    class NewYork(dt.tzinfo):
        def utcoffset(self, when):
            return dt.timedelta(hours=-4)

        def dst(self, when):
            return dt.timedelta(0)

    hours = (14, 26, 38, 50)
    rows = tuple(
        (day_number(1) + hour / 24, *[close] * 4, 1000.0)
        for hour, close in zip(hours, (100, 100, 90, 81), strict=True)
    )
    cerebro = cerebro_of([], rows=rows)
    cerebro.datas[0].p.tz = NewYork()
    cerebro.addstrategy(OneUnit)
    cerebro.addanalyzer(DrawdownAnalyzer, _name="drawdown")
    frame = cerebro.run()[0].analyzers.drawdown.daily_frame()
    assert [str(date.date()) for date in frame.index] == ["2024-01-01", "2024-01-02"]
    assert list(frame["loss"]) == pytest.approx([0, 0.19])


def test_a_loss_on_the_first_bar_falls_from_the_cash_at_the_start():
    class AtOnce(bt.Strategy):
        def next_open(self):
            if len(self) == 0:
                self.buy(size=1)

        prenext_open = nextstart_open = next_open

    cerebro = cerebro_of([], rows=rows_of([(100, 100, 80, 80), (90,) * 4]), cheat_on_open=True)
    cerebro.addstrategy(AtOnce)
    cerebro.addanalyzer(DrawdownAnalyzer, _name="drawdown")
    (strategy,) = cerebro.run()
    analysis = strategy.analyzers.drawdown.get_analysis()
    (told,) = analysis["drawdowns"]
    assert (told["depth"], told["peak"], told["trough"]) == (pytest.approx(0.2), day(1), day(1))
    assert analysis["daily_loss"]["worst"] == pytest.approx(0.2)


def test_a_desk_knows_the_equity_at_the_last_prices():
    nothing = (math.nan,) * 4
    session = trade(
        [*calm(3), nothing, *calm(1)],
        script={1: do("buy")},
        prepare=lambda cerebro: cerebro.addanalyzer(DrawdownAnalyzer, _name="drawdown"),
    )
    analyzer = session.strategy.analyzers.drawdown
    assert list(analyzer.to_frame()["equity"]) == [100_000] * 5
    assert "equity" not in analyzer.get_analysis()["missing"]
