from __future__ import annotations

from math import inf, isnan, nan

import pytest

from bt_risk.maths import heat


@pytest.mark.parametrize(
    ("pnl_at_stop", "exit_costs", "at_risk", "locked"),
    [
        (-600.0, 0.0, 600.0, 0.0),
        (-600.0, 5.0, 605.0, 0.0),
        (600.0, 0.0, 0.0, 600.0),
        (600.0, 5.0, 0.0, 595.0),
        (3.0, 5.0, 2.0, 0.0),  # a stop at break-even still costs the exit
        (5.0, 5.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0),
    ],
)
def test_a_stop_either_risks_money_or_locks_profit_in(pnl_at_stop, exit_costs, at_risk, locked):
    assert heat.open_risk(pnl_at_stop, exit_costs) == at_risk
    assert heat.locked_in(pnl_at_stop, exit_costs) == locked


def test_an_unknown_profit_at_the_stop_is_neither_zero_risk_nor_zero_profit():
    assert isnan(heat.open_risk(nan))
    assert isnan(heat.locked_in(nan))


@pytest.mark.parametrize(
    ("size", "entry", "stop", "options", "risk"),
    [
        (100, 150, 144, {}, 600),  # 100 shares lose 6 each
        (-100, 150, 156, {"is_long": False}, 600),
        (100, 150, 156, {"is_long": False}, 600),  # the sign of the size does not matter
        (100, 150, 156, {}, 0),  # a trailed stop above the entry
        (100, 150, 144, {"is_long": False}, 0),
        (2, 4000, 3990, {"multiplier": 50}, 1000),  # two contracts, ten points, 50 a point
        (100, 150, 144, {"exit_costs": 3}, 603),
        (100, 150, None, {}, 15000),
        (100, 150, nan, {"exit_costs": 3}, 15003),
        (-2, 4000, None, {"is_long": False, "multiplier": 50}, 400000),
        (1, -37.0, nan, {}, 37),  # oil has traded below zero
        (0, 150, 144, {}, 0),
    ],
)
def test_position_risk_is_the_loss_at_the_stop(size, entry, stop, options, risk):
    assert heat.position_risk(size, entry, stop, **options) == risk


@pytest.mark.parametrize(("stop", "risk"), [(144, 600), (156, 600), (150, 0)])
def test_absolute_risk_counts_locked_profit_as_risk(stop, risk):
    assert heat.absolute_risk(-100, 150, stop) == risk
    assert heat.absolute_risk(100, 150, stop, multiplier=2) == 2 * risk


@pytest.mark.parametrize(
    ("stop", "overshoot", "options", "risk"),
    [
        (144, 2, {}, 800),
        (156, 2, {}, 0),  # still 4 a share in profit
        (156, 8, {}, 200),
        (156, 2, {"is_long": False}, 800),
        (144, 2, {"multiplier": 10, "exit_costs": 5}, 8005),
        (144, 1000, {}, 15_000),  # a long loses its notional at most
        (144, 1000, {"exit_costs": 5}, 15_005),
        (156, 1000, {"is_long": False}, 100_600),  # a short has no such floor
        (None, 2, {}, 15_000),
        (nan, 2, {"is_long": False}, 15_000),
    ],
)
def test_stressed_risk_lets_the_stop_overshoot(stop, overshoot, options, risk):
    assert heat.stressed_risk(100, 150, stop, overshoot, **options) == risk


def test_stressed_risk_below_zero_prices_has_no_floor():
    assert heat.stressed_risk(1, -37, -40, 50) == 53


@pytest.mark.parametrize(
    ("correlation", "expected"), [(1.0, 0.07), (0.0, 0.05), (0.5, (0.5 * 0.07**2 + 0.5 * 0.05**2) ** 0.5)]
)
def test_correlated_heat_runs_from_the_root_of_squares_to_the_sum(correlation, expected):
    assert heat.correlated_heat([300, 400], 10_000, correlation) == pytest.approx(expected, rel=1e-12)


def test_correlated_heat_shares_the_undefined_cases_of_the_sum():
    assert heat.correlated_heat([], 0, 0.5) == 0
    assert heat.correlated_heat([1], 0, 0.5) == inf
    assert isnan(heat.correlated_heat([1], 100, 1.1))
    assert isnan(heat.correlated_heat([1], 100, nan))
    assert isnan(heat.correlated_heat([1], nan, 0.5))


def test_position_risk_of_an_unknown_position_is_unknown():
    assert isnan(heat.position_risk(nan, 150, 144))
    assert isnan(heat.position_risk(100, nan, 144))


@pytest.mark.parametrize(
    ("risks", "equity", "expected"),
    [
        ([600.0, 500.0, 2000.0], 100_000.0, 0.031),
        ([], 10_000.0, 0.0),
        ([], 0.0, 0.0),
        ([0.0], -5.0, 0.0),
        ([1.0], 0.0, inf),
        ([1.0], -5.0, inf),
        ([inf], 100.0, inf),
        (iter([200.0, 300.0]), 10_000.0, 0.05),
    ],
)
def test_portfolio_heat_is_the_sum_of_risks_over_equity(risks, equity, expected):
    assert heat.portfolio_heat(risks, equity) == expected


@pytest.mark.parametrize(("risks", "equity"), [([1.0], nan), ([], nan), ([nan], 100.0), ([nan], 0.0)])
def test_portfolio_heat_of_the_unknown_is_unknown(risks, equity):
    assert isnan(heat.portfolio_heat(risks, equity))


@pytest.mark.parametrize(
    ("current", "max_heat", "utilisation", "remaining"),
    [
        (0.078, 0.10, 0.78, 0.022),
        (0.10, 0.10, 1.0, 0.0),
        (0.12, 0.10, 1.2, 0.0),
        (0.0, 0.0, 0.0, 0.0),
        (0.01, 0.0, inf, 0.0),
        (inf, 0.1, inf, 0.0),
        (0.5, inf, 0.0, inf),
        (inf, inf, 0.0, 0.0),
    ],
)
def test_utilisation_and_remaining_heat_measure_against_the_limit(current, max_heat, utilisation, remaining):
    assert heat.heat_utilisation(current, max_heat) == pytest.approx(utilisation, rel=1e-12)
    assert heat.remaining_heat(current, max_heat) == pytest.approx(remaining, rel=1e-12)


def test_utilisation_and_remaining_heat_of_an_unknown_heat_are_unknown():
    assert isnan(heat.heat_utilisation(nan, 0.1))
    assert isnan(heat.heat_utilisation(nan, inf))
    assert isnan(heat.heat_utilisation(0.1, nan))
    assert isnan(heat.remaining_heat(nan, 0.1))


def test_float_dust_leaves_no_heat_and_no_excess():
    assert heat.remaining_heat(0.12, 0.003 + 0.117) == 0.0
    assert heat.excess_risk(0.3 * 3, 9.0, 0.1) == 0.0  # 0.8999999999999999 against 0.9


@pytest.mark.parametrize(
    ("max_heat", "max_positions", "share"), [(0.08, 2, 0.04), (0.10, 3, 0.10 / 3), (0.12, 4, 0.03)]
)
def test_equal_heat_shares_the_limit_among_the_positions(max_heat, max_positions, share):
    assert heat.equal_heat(max_heat, max_positions) == share


def test_equal_heat_of_an_empty_book_is_undefined():
    assert isnan(heat.equal_heat(0.1, 0))


@pytest.mark.parametrize(
    ("total_risk", "equity", "max_heat", "excess"),
    [
        (12_100.0, 100_000.0, 0.12, 100.0),
        (1_900.0, 50_000.0, 0.08, 0.0),
        (12_000.0, 100_000.0, 0.12, 0.0),
        (500.0, 0.0, 0.10, 500.0),
        (500.0, -100.0, 0.10, 500.0),
        (500.0, -0.5, 0.10, 500.0),
    ],
)
def test_excess_risk_is_what_has_to_go(total_risk, equity, max_heat, excess):
    assert heat.excess_risk(total_risk, equity, max_heat) == excess


def test_excess_risk_of_an_unknown_equity_is_unknown():
    assert isnan(heat.excess_risk(500.0, nan, 0.1))


@pytest.mark.parametrize(
    ("size", "loss_per_unit", "current", "max_heat", "equity", "lot", "expected"),
    [
        (500, 5, 0.078, 0.10, 100_000, 1, 440),  # 2.2 % of 100,000 is 2,200; over 5 is 440
        (400, 5, 0.0, 0.10, 100_000, 1, 400),
        (400.7, 5, 0.0, 0.10, 100_000, 1, 400),
        (400, 5, 0.12, 0.10, 100_000, 1, 0),
        (400, 0, 0.0, 0.10, 100_000, 1, 0),  # no stop distance is no defined risk
        (100_000, 1, 0.007, 0.08, 100_000, 1, 7300),  # 7299.999... in floats
        (100, 6, 0.05, 0.10, 10_000, 1, 83),
        (100, 6, 0.05, 0.10, 10_000, 0, 500 / 6),
        (100, 6, 0.05, 0.10, -10_000, 1, 0),
    ],
)
def test_the_size_is_cut_to_the_remaining_heat(size, loss_per_unit, current, max_heat, equity, lot, expected):
    cut = heat.heat_adjusted_size(
        size, loss_per_unit, heat=current, max_heat=max_heat, equity=equity, lot=lot
    )
    assert cut == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("stop_distance", "gap", "loss"),
    [(0.05, 0.10, 0.24), (0.05, 0.05, 0.12), (0.05, 0.02, 0.12)],
)
def test_a_gap_beyond_the_stops_loses_more_than_the_heat(stop_distance, gap, loss):
    assert heat.loss_with_gap(0.12, stop_distance, gap) == pytest.approx(loss, rel=1e-12)


def test_the_loss_in_a_gap_without_a_stop_distance_is_undefined():
    assert isnan(heat.loss_with_gap(0.12, 0.0, 0.1))
