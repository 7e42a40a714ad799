from __future__ import annotations

from math import isnan, nan

import pytest
from scipy.stats import binomtest

from bt_risk.maths import trade_stats


@pytest.mark.parametrize(
    ("size", "exit_price", "options", "pnl", "on_cost"),
    [
        (2, 110, {}, 20, 0.1),
        (2, 90, {}, -20, -0.1),
        (-2, 90, {"is_long": False}, 20, 0.1),
        (2, 111, {"is_long": False}, -22, -0.11),
        (2, 110, {"multiplier": 50, "costs": 10}, 990, 0.099),
    ],
)
def test_a_trade_earns_its_move_less_its_costs(size, exit_price, options, pnl, on_cost):
    assert trade_stats.trade_pnl(size, 100, exit_price, **options) == pytest.approx(pnl)
    assert trade_stats.trade_return(size, 100, exit_price, **options) == pytest.approx(on_cost)


def test_the_return_of_a_trade_that_cost_nothing_is_undefined():
    assert isnan(trade_stats.trade_return(0, 100, 110))
    assert isnan(trade_stats.trade_return(2, nan, 110))


def test_slippage_is_paid_on_the_notional_of_either_side():
    assert trade_stats.slippage_cost(93.75, 0.0035) == trade_stats.slippage_cost(-93.75, 0.0035) == 0.328125


def test_expectancy_weighs_wins_and_losses():
    assert trade_stats.expectancy(0.6, 20, 10) == pytest.approx(8)
    assert trade_stats.expectancy(0.0, 20, 10) == -10
    assert trade_stats.expectancy(1.0, 20, 10) == 20
    assert isnan(trade_stats.expectancy(60, 20, 10))
    assert isnan(trade_stats.expectancy(nan, 20, 10))


def test_a_projection_is_only_a_product():
    assert trade_stats.projected_profit(8, trades_per_day=3, days=20) == 480


def test_a_batch_of_trades_adds_up():
    batch = trade_stats.batch_pnl(54, 15, 36, 7.5, start=500)
    assert batch == (810, -270, 540, 1040, 1.08)
    assert isnan(trade_stats.batch_pnl(1, 1, 1, 1, start=0).total_return)


def test_the_equity_path_runs_through_each_profit():
    assert trade_stats.equity_path(500, [13, 14, -4, 15]) == [513, 527, 523, 538]
    assert trade_stats.equity_path(500, []) == []


def test_returns_compound():
    assert trade_stats.compound_return(-0.12, 3) == pytest.approx(-0.318528)
    assert trade_stats.compound_return(0.23, 1) == pytest.approx(0.23)
    assert trade_stats.compound_return(-1, 5) == -1
    assert isnan(trade_stats.compound_return(-1.5, 0.5))
    assert isnan(trade_stats.compound_return(nan, 2))


def test_averages_tell_wins_and_losses_apart():
    assert trade_stats.win_loss_averages([20.0, -10.0, 0.0, 40.0]) == (0.5, 30.0, 10.0)


def test_averages_of_nothing_are_undefined():
    assert [isnan(part) for part in trade_stats.win_loss_averages([])] == [True, True, True]
    assert [isnan(part) for part in trade_stats.win_loss_averages([1.0])] == [False, False, True]
    assert [isnan(part) for part in trade_stats.win_loss_averages([-1.0])] == [False, True, False]


@pytest.mark.parametrize(("wins", "trades"), [(12, 20), (0, 20), (20, 20), (1, 1), (0, 1), (550, 1000)])
def test_the_lower_bound_of_the_win_rate_agrees_with_scipy(wins, trades):
    # the lower end of a two-sided 90 % interval is the one-sided bound at 95 %
    expected = binomtest(wins, trades).proportion_ci(0.90, method="wilson").low
    assert trade_stats.win_rate_lower_bound(wins / trades, trades) == pytest.approx(expected, abs=1e-12)


def test_float_dust_takes_no_lower_bound_below_zero():
    assert min(trade_stats.win_rate_lower_bound(0.0, trades) for trades in range(1, 30)) == 0.0


@pytest.mark.parametrize(
    "case", [(0.6, 0), (nan, 20), (0.6, 20, 0.5), (0.6, 20, 1.0), (0.6, 20, nan), (1.2, 20)]
)
def test_the_lower_bound_needs_trades_and_a_confidence(case):
    assert isnan(trade_stats.win_rate_lower_bound(*case))
