"""Exact sizes of the sizer by risk, and what price, stop and cash they come from."""

import backtrader as bt
import pytest

from bt_risk.sizers import RiskPerTradeSizer
from tests.backtrader.play import each, send
from tests.sizers.runs import BUY, CALM, QUICK, SELL, AtOpen, WithStop, calm, reasons, run, sizes

SIZER = (RiskPerTradeSizer, QUICK)
FIXED = (RiskPerTradeSizer, {"stop": "fixed", "fixed_stop": 0.10})


@pytest.mark.parametrize(("order", "size"), [(BUY, 200), (SELL, -200)])
def test_one_percent_is_lost_at_the_atr_stop_on_either_side(order, size):
    played = run(calm(5), sizer=SIZER, script={3: order})
    assert sizes(played) == [size]
    assert isinstance(played.strategy.sent["entry"].size, int)


@pytest.mark.parametrize(("order", "size"), [(BUY, 100), (SELL, -100)])
def test_a_fixed_stop_needs_no_range(order, size):
    assert sizes(run(calm(3), sizer=FIXED, script={1: order})) == [size]


@pytest.mark.parametrize(("order", "size"), [(BUY, 250), (SELL, -250)])
def test_the_strategys_own_stop_comes_first(order, size):
    assert sizes(run(calm(3), sizer=SIZER, script={1: order}, strategy=WithStop)) == [size]


def test_a_budget_may_be_an_amount_of_money():
    sizer = (RiskPerTradeSizer, {**QUICK, "risk_money": 250.0})
    assert sizes(run(calm(5), sizer=sizer, script={3: BUY})) == [50]


def test_both_commissions_count():
    def costs(cerebro):
        cerebro.broker.setcommission(0.01)

    # 5 to the stop, 1.00 to open and 0.95 to close: 1000 / 6.95
    assert sizes(run(calm(5), sizer=SIZER, script={3: BUY}, prepare=costs)) == [143]


@pytest.mark.parametrize(("order", "size"), [(BUY, 4), (SELL, -4)])
def test_a_futures_multiplier_counts(order, size):
    def futures(cerebro):
        cerebro.broker.setcommission(commission=0.0, margin=1_000.0, mult=50.0)

    assert sizes(run(calm(5), sizer=SIZER, script={3: order}, prepare=futures)) == [size]


def test_the_margin_of_futures_bounds_the_size():
    def futures(cerebro):
        cerebro.broker.setcommission(commission=0.0, margin=40_000.0, mult=50.0)

    played = run(calm(5), sizer=SIZER, script={3: BUY}, prepare=futures)
    assert sizes(played) == [2]  # 100 000 / (40 000 * 1.02)


def test_leverage_of_the_scheme_frees_cash():
    sizer = (RiskPerTradeSizer, {"stop": "fixed", "fixed_stop": 0.005, "risk_per_trade": 0.02})

    def leverage(cerebro):
        cerebro.broker.setcommission(leverage=4.0)

    assert sizes(run(calm(3), sizer=sizer, script={1: BUY})) == [952]  # the cash: 100 000 / 105
    assert sizes(run(calm(3), sizer=sizer, script={1: BUY}, prepare=leverage)) == [3_809]


def test_the_size_leaves_cash_for_a_worse_opening():
    sizer = (RiskPerTradeSizer, {**QUICK, "risk_per_trade": 0.10})
    bars = [*calm(3), (102, 103, 101, 102)]
    played = run(bars, sizer=sizer, script={3: BUY})
    assert sizes(played) == [980]  # 100 000 / 102, the close and one ATR of 2
    assert played.statuses("entry")[-1] == "Completed"


def test_entries_of_one_bar_share_the_cash():
    sizer = (RiskPerTradeSizer, {**QUICK, "risk_per_trade": 0.03, "entry_gap_buffer": 0.0})
    both = each(send("a", "buy"), lambda s: send("b", "buy", data=s.datas[1])(s))
    played = run(calm(5), calm(5), sizer=sizer, script={3: both})
    assert sizes(played) == [600, 400]


def test_leverage_and_position_have_their_bounds():
    sizer = (RiskPerTradeSizer, {**QUICK, "max_leverage": 1.0, "risk_per_trade": 0.03})
    both = each(send("a", "sell"), lambda s: send("b", "sell", data=s.datas[1])(s))
    played = run(calm(5), calm(5), sizer=sizer, script={3: both})
    assert sizes(played) == [-600, -400]
    sizer = (RiskPerTradeSizer, {**QUICK, "max_position": 0.10})
    assert sizes(run(calm(5), sizer=sizer, script={3: SELL})) == [-100]


def test_positions_held_use_up_leverage():
    sizer = (RiskPerTradeSizer, {**QUICK, "max_leverage": 0.25})
    second = {5: lambda s: send("b", "buy", data=s.datas[1])(s)}
    assert sizes(run(calm(7), calm(7), sizer=sizer, script={3: BUY, **second})) == [200, 50]


def test_fractions_and_lots():
    script = {3: BUY}
    cash = 777.0
    assert sizes(run(calm(5), sizer=SIZER, script=script, cash=cash)) == [1]
    assert sizes(run(calm(5), sizer=(RiskPerTradeSizer, {**QUICK, "lot": 0}), script=script, cash=cash)) == [
        pytest.approx(1.554)
    ]
    tenths = (RiskPerTradeSizer, {**QUICK, "lot": 0.1})
    assert sizes(run(calm(5), sizer=tenths, script=script, cash=cash)) == [pytest.approx(1.5)]


def test_a_second_buy_adds_to_the_position():
    assert sizes(run(calm(6), sizer=SIZER, script={3: BUY, 4: BUY})) == [200, 200]


def test_a_limit_order_is_sized_at_the_close():
    limit = send("entry", "buy", price=50.0, exectype=bt.Order.Limit)
    played = run([*calm(4), (50, 51, 49, 50)], sizer=SIZER, script={3: limit})
    assert sizes(played) == [200]


@pytest.mark.parametrize("modes", [{}, {"runonce": False}])
def test_next_open_sees_the_opening_and_nothing_after_it(modes):
    # The bar opens at 110 and ends at 60, with a range of 60: the stop is 5 away from 110 all the same.
    bars = [*calm(3), (110, 112, 52, 60), CALM]
    played = run(bars, sizer=SIZER, script={3: BUY}, strategy=AtOpen, cheat_on_open=True, **modes)
    assert played.fills == [(4, 200, 110)]
    fixed = run(bars, sizer=FIXED, script={3: BUY}, strategy=AtOpen, cheat_on_open=True, **modes)
    assert fixed.fills == [(4, 90, 110)]  # 1000 / 11


def test_an_order_from_a_notification_sees_its_whole_bar():
    def again(strategy, order):
        if order.status == order.Completed and "second" not in strategy.sent:
            strategy.sent["second"] = strategy.buy()

    bars = [*calm(3), CALM, (100, 101, 79, 80), (80, 81, 79, 80)]
    played = run(calm(3), sizer=FIXED, script={1: BUY}, on_order=again)
    assert sizes(played) == [100, 100]
    played = run(bars, sizer=FIXED, script={4: BUY}, on_order=again)
    assert sizes(played) == [100, 122]  # 980 / 8, at the close of 80 with 2000 lost on the first


MODES = [
    {},
    {"runonce": False},
    {"preload": False},
    {"exactbars": 1},
    {"exactbars": -1},
    {"quicknotify": True},
    {"oldsync": True},
]


@pytest.mark.parametrize("modes", MODES)
def test_every_engine_mode_gives_the_same_sizes(modes):
    wild = [(100 + n, 103 + n, 98 + n, 101 + n) for n in range(6)]
    played = run(wild, sizer=SIZER, script={3: BUY, 5: SELL}, **modes)  # a range of 5, a stop 12.5 away
    assert [fill[1:] for fill in played.fills] == [(80, 103), (-80, 105)]


@pytest.mark.parametrize("modes", MODES)
def test_every_engine_mode_refuses_alike(modes):
    played = run(calm(4), sizer=SIZER, script={1: BUY, 2: SELL}, **modes)
    assert played.fills == []
    assert reasons(played) == ["no stop: the atr distance is not known yet"] * 2
