from __future__ import annotations

from math import inf, isnan, nan, sqrt

import empyrical
import numpy as np
import pytest

from bt_risk.maths import returns


def test_simple_returns_are_changes_over_the_previous_value():
    assert returns.simple_returns([100, 110, 99]) == pytest.approx([0.1, -0.1])
    assert returns.simple_returns([100]).size == 0
    assert returns.simple_returns([]).size == 0


def test_simple_returns_after_a_worthless_value_are_undefined():
    assert np.isnan(returns.simple_returns([0, 1, -1, 5])).tolist() == [True, False, True]
    assert np.isnan(returns.simple_returns([inf, 1, 2])).tolist() == [True, False]


def test_a_gap_joins_the_return_after_it():
    series = [nan, 100, nan, 110, 121, inf, 0, 5]
    expected = [nan, nan, 0.1, 0.1, nan, -1, nan]
    assert returns.known_returns(series) == pytest.approx(expected, nan_ok=True)
    assert returns.known_returns([]).size == returns.known_returns([1]).size == 0


def test_a_summary_by_the_year_needs_periods_in_it():
    for summary in (returns.annualised_volatility, returns.sharpe_ratio, returns.sortino_ratio):
        assert isnan(summary(SERIES, 0))
        assert isnan(summary(SERIES, nan))


def test_the_sortino_ratio_by_hand():
    # mean 0.01 over a downside of sqrt((0.02 ** 2) / 2), over 4 periods twice that
    assert returns.sortino_ratio([0.04, -0.02], 4) == pytest.approx(0.02 / (0.02 / sqrt(2)))


@pytest.mark.parametrize("series", [[], [-0.01], [0.01, 0.02], [0.01, nan]])
def test_the_sortino_ratio_without_a_downside_is_undefined(series):
    assert isnan(returns.sortino_ratio(series, 252))


def test_beta_is_the_slope_on_the_benchmark():
    assert returns.beta([0.03, -0.01, 0.01], [0.01, -0.01, 0.0]) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("series", "benchmark"),
    [([0.01, 0.02], [0.01, 0.01]), ([0.01], [0.01]), ([nan, 1], [1, 2]), ([1, 2], [nan, 2])],
)
def test_beta_needs_a_benchmark_that_moves(series, benchmark):
    assert isnan(returns.beta(series, benchmark))


def test_total_return_and_growth_rate_of_a_doubling():
    assert returns.total_return(500, 615) == pytest.approx(0.23)
    assert returns.cagr(100, 400, 2) == pytest.approx(1.0)
    assert returns.cagr(100, 0, 2) == -1.0


@pytest.mark.parametrize(
    "case", [(0, 1, 1), (-1, 1, 1), (1, -1, 1), (1, 1, 0), (nan, 1, 1), (1, nan, 1), (1, 1, nan)]
)
def test_the_growth_rate_needs_a_start_an_end_and_time(case):
    assert isnan(returns.cagr(*case))


def test_total_return_needs_a_positive_start():
    assert isnan(returns.total_return(0, 1))


SERIES = [0.01, -0.02, 0.015, -0.005]


def test_volatility_of_the_population_and_of_the_sample():
    # the mean is 0, the squares sum to 0.00075
    assert returns.annualised_volatility(SERIES, 252, ddof=0) == pytest.approx(sqrt(0.00075 / 4 * 252))
    assert returns.annualised_volatility(SERIES, 365) == pytest.approx(sqrt(0.00075 / 3 * 365))


def test_volatility_of_a_short_series_is_undefined():
    assert isnan(returns.annualised_volatility([0.01], 252))
    assert isnan(returns.annualised_volatility([], 252, ddof=0))


def test_the_sharpe_ratio_by_hand():
    # excess 0.02 and 0.00 around 0.01, deviation 0.02 / sqrt(2): ratio 1 / sqrt(2), over 4 periods twice that
    assert returns.sharpe_ratio([0.02, 0.0], 4) == pytest.approx(2 / sqrt(2))


def test_the_risk_free_rate_is_yearly_and_compounds():
    # 1.01 ** 4 - 1 a year is 0.01 a period, all of the mean
    assert returns.sharpe_ratio([0.02, 0.0], 4, risk_free=1.01**4 - 1) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    "series", [[], [0.01], [0.01] * 50, [0.01, nan], [0.01, inf], [0.01, 0.01 + 1e-15], [0.0, 0.0]]
)
def test_the_sharpe_ratio_of_a_short_constant_or_broken_series_is_undefined(series):
    assert isnan(returns.sharpe_ratio(series, 252))


def test_the_summaries_agree_with_empyrical():
    series = np.random.default_rng(3).normal(0.0005, 0.01, 500)
    assert returns.annualised_volatility(series, 252) == pytest.approx(
        empyrical.annual_volatility(series), rel=1e-12
    )
    assert returns.sharpe_ratio(series, 252) == pytest.approx(empyrical.sharpe_ratio(series), rel=1e-12)
    assert returns.sortino_ratio(series, 252) == pytest.approx(empyrical.sortino_ratio(series), rel=1e-12)
    market = np.random.default_rng(4).normal(0.0005, 0.01, 500)
    assert returns.beta(series, market) == pytest.approx(empyrical.beta(series, market), rel=1e-9)
    growth = np.prod(1 + series)
    assert returns.cagr(1.0, growth, 500 / 252) == pytest.approx(empyrical.cagr(series), rel=1e-12)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (np.arange(366.0), 365.25),  # every day
        ([7.0 * week + day for week in range(60) for day in range(5)], 261.0),  # weekdays without holidays
        (np.arange(0, 3000, 365.25 / 12), 12.0),
        ([0.0, 365.25], 1.0),
    ],
)
def test_periods_per_year_are_counted_from_the_data(days, expected):
    assert returns.periods_per_year(days) == pytest.approx(expected, rel=0.005)


@pytest.mark.parametrize("days", [[], [1.0], [1.0, 1.0], [1.0, nan]])
def test_periods_per_year_without_time_are_undefined(days):
    assert isnan(returns.periods_per_year(days))
