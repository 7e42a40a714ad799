from __future__ import annotations

from math import inf, isnan, nan

import pytest

from bt_risk.maths.kelly import kelly_fraction, kelly_from_trades, kelly_full, win_loss_averages


@pytest.mark.parametrize(
    ("win_rate", "win_loss_ratio", "expected"),
    [
        (0.6, 2.0, 0.4),  # 0.6 - 0.4 / 2
        (0.5, 2.0, 0.25),
        (0.65, 2.1, 0.65 - 0.35 / 2.1),
        (0.3, 2.0, -0.05),
        (0.5, 1.0, 0.0),
        (1.0, 2.0, 1.0),
        (0.0, 2.0, -0.5),
        (0.4, inf, 0.4),
    ],
)
def test_the_full_fraction_follows_the_formula(win_rate, win_loss_ratio, expected):
    assert kelly_full(win_rate, win_loss_ratio) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("win_rate", "win_loss_ratio"), [(nan, 2), (0.5, nan), (-0.1, 2), (1.1, 2), (0.5, 0), (0.5, -1)]
)
def test_the_full_fraction_needs_a_rate_and_a_ratio(win_rate, win_loss_ratio):
    assert isnan(kelly_full(win_rate, win_loss_ratio))


@pytest.mark.parametrize(
    ("win_rate", "average_win", "average_loss", "options", "expected"),
    [
        (0.6, 2, 1, {}, 0.1),  # a quarter of 0.4
        (0.6, 2, 1, {"fraction": 0.5, "maximum": 0.05}, 0.05),
        (0.53, 1, 1, {"fraction": 0.5, "minimum": 0.01, "maximum": 0.05}, 0.03),
        (0.51, 1, 1, {"fraction": 0.5, "minimum": 0.02}, 0.02),
        (0.5, 1, 1, {"minimum": 0.01}, 0.0),  # no edge: the minimum does not bet
        (0.3, 1, 1, {"minimum": 0.01}, 0.0),
        (0.0, 1, 1, {}, 0.0),
        (0.6, 0, 1, {}, 0.0),
        (0.6, 100, -50, {"fraction": 0.5, "is_signed_loss": True}, 0.2),
        (0.549, 2, 1, {"min_win_rate": 0.55}, 0.0),
        (0.55, 2, 1, {"min_win_rate": 0.55}, 0.25 * 0.325),
    ],
)
def test_a_part_of_kelly_is_clamped_but_never_bets_without_an_edge(
    win_rate, average_win, average_loss, options, expected
):
    assert kelly_fraction(win_rate, average_win, average_loss, **options) == pytest.approx(expected)


@pytest.mark.parametrize(
    "case", [(nan, 1, 1), (0.5, nan, 1), (0.5, 1, nan), (0.5, 1, 0), (0.5, 1, -1), (1.1, 1, 1)]
)
def test_a_part_of_kelly_is_undefined_without_a_loss_to_measure_against(case):
    assert isnan(kelly_fraction(*case))


def test_averages_tell_wins_and_losses_apart():
    assert win_loss_averages([20.0, -10.0, 0.0, 40.0]) == (0.5, 30.0, 10.0)


def test_averages_of_nothing_are_undefined():
    assert [isnan(part) for part in win_loss_averages([])] == [True, True, True]
    assert [isnan(part) for part in win_loss_averages([1.0])] == [False, False, True]
    assert [isnan(part) for part in win_loss_averages([-1.0])] == [False, True, False]


def test_kelly_from_trades_waits_for_its_minimum_of_trades():
    trades = [2.0] * 12 + [-1.0] * 8  # 60 % wins at 2 to 1
    assert isnan(kelly_from_trades(trades[1:]))
    assert kelly_from_trades(trades) == pytest.approx(0.1)
    assert kelly_from_trades(trades, fraction=1.0, maximum=0.25) == 0.25


@pytest.mark.parametrize(
    ("trades", "expected"), [([-1.0] * 20, 0.0), ([0.0] * 20, 0.0), ([1.0] * 9 + [-1.0] * 11, 0.0)]
)
def test_kelly_from_losing_trades_bets_nothing(trades, expected):
    assert kelly_from_trades(trades) == expected


def test_kelly_from_trades_that_never_lost_is_undefined():
    assert isnan(kelly_from_trades([1.0] * 20))
    assert isnan(kelly_from_trades([], min_trades=0))
