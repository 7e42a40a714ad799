from __future__ import annotations

from math import inf, isnan, nan

import pytest

from bt_risk.maths.kelly import kelly_fraction, kelly_from_trades, kelly_full


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
        (0.6, 5e-324, 2, {}, 0.0),  # a ratio too small for a float
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


def test_a_short_record_bets_by_the_prior():
    assert kelly_from_trades([1.0] * 19, prior=(0.5, 2.0)) == pytest.approx(0.0625)
    assert kelly_from_trades([], prior=(0.5, 2.0), maximum=0.05) == 0.05
    assert kelly_from_trades([-1.0] * 20, prior=(0.5, 2.0)) == 0.0  # the record is long enough to count


def test_a_lower_confidence_bound_shrinks_the_bet_until_the_record_is_long():
    trades = [2.0] * 12 + [-1.0] * 8
    plain = kelly_from_trades(trades)
    cautious = [kelly_from_trades(trades * times, confidence=0.95) for times in (1, 10, 1000)]
    # the bound of 12 in 20 is 0.4186, so that a quarter of 0.4186 - 0.5814 / 2 is left
    assert cautious[0] == pytest.approx(0.25 * (0.4186 - 0.5814 / 2), abs=1e-4)
    assert cautious[0] < cautious[1] < cautious[2] < plain
    assert cautious[2] == pytest.approx(plain, rel=0.05)


def test_the_minimum_win_rate_is_asked_of_the_shrunk_rate():
    trades = [2.0] * 12 + [-1.0] * 8
    assert kelly_from_trades(trades, min_win_rate=0.55) > 0
    assert kelly_from_trades(trades, min_win_rate=0.55, confidence=0.95) == 0


@pytest.mark.parametrize("options", [{"minimum": nan}, {"maximum": nan}, {"fraction": nan}])
def test_an_unknown_bound_leaves_the_bet_undefined(options):
    assert isnan(kelly_fraction(0.6, 2, 1, **options))
