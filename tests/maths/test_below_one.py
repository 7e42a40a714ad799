"""Prices, amounts and ratios below one are numbers like any other: a limit of zero must not be one of one."""

from __future__ import annotations

import pytest

from bt_risk.maths import (
    drawdown,
    exposure,
    heat,
    kelly,
    leverage,
    r_multiples,
    returns,
    targets,
    trade_stats,
)
from bt_risk.maths.position_size import floor_to_lot, units_for_risk
from bt_risk.maths.stops import atr_stop, fixed_stop


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (leverage.margin_for_notional(10, 0.5), 20),
        (leverage.leveraged_pnl(50, 0.5, 0.5, 0.75), 12.5),
        (r_multiples.price_distance(0.5, 0.45), 0.1),
        (r_multiples.r_multiple(0.5, 0.4, 0.7), 2),
        (r_multiples.r_level(0.5, 0.4, 2), 0.7),
        (r_multiples.r_level(0.5, 0.6, 2, is_long=False), 0.3),
        (trade_stats.trade_return(1, 0.5, 0.6), 0.2),
        (trade_stats.batch_pnl(1, 0.1, 0, 0.1, start=0.5).total_return, 0.2),
        (trade_stats.win_loss_averages([0.5, -0.25]), (0.5, 0.5, 0.25)),
        (atr_stop(0.5, 0.1, 2, is_long=True), 0.3),
        (fixed_stop(0.5, 0.1, is_long=True), 0.45),
        (targets.atr_target(0.5, 0.1, 2, is_long=False), 0.3),
        (targets.reward_target(0.5, 0.4, 2, is_long=True), 0.7),
        (drawdown.drawdown(0.5, 0.4), 0.2),
        (drawdown.loss_fraction(-0.1, 0.5), 0.2),
        (drawdown.max_drawdown([0.5, 0.4]), 0.2),
        (returns.simple_returns([0.5, 0.75])[0], 0.5),
        (returns.total_return(0.5, 0.75), 0.5),
        (returns.cagr(0.5, 1.0, 0.5), 3),
        (returns.cagr(0.5, 0.25, 1), -0.5),
        (returns.annualised_volatility([0.1, -0.1], 0.5), 0.1),
        (returns.sharpe_ratio([0.1, 0.3], 0.5), 1),
        (returns.sortino_ratio([0.3, -0.1], 0.5), 1),
        (kelly.kelly_full(0.8, 0.5), 0.4),
        (kelly.kelly_fraction(0.8, 0.2, 0.4, fraction=0.5), 0.2),
        (heat.portfolio_heat([0.05], 0.5), 0.1),
        (heat.loss_with_gap(0.1, 0.5, 0.75), 0.15),
        (exposure.gross_exposure([0.1], 0.5), 0.2),
        (units_for_risk(0.5, 0.1), 5),
        (floor_to_lot(0.75, 0.1), 0.7),
    ],
)
def test_what_is_below_one_counts(found, expected):
    assert found == pytest.approx(expected)
