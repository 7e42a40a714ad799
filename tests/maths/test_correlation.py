from __future__ import annotations

from math import isnan, nan, sqrt

import numpy as np
import pandas as pd
import pytest
from skfolio import Portfolio

from bt_risk.maths.correlation import (
    correlation,
    correlation_matrix,
    diversification_ratio,
    highest_correlation,
)

RETURNS = np.random.default_rng(11).normal(0, 0.01, (60, 3)) @ np.array([[1, 0.8, 0], [0, 0.6, 0], [0, 0, 1]])


def test_the_correlation_by_hand():
    # deviations (-1, 0, 1) and (-1, 2, -1) are orthogonal; (-1, 0, 1) and (-2, 1, 1): 3 / sqrt(2 * 6)
    assert correlation([1, 2, 3], [1, 4, 1], min_samples=3) == pytest.approx(0)
    assert correlation([1, 2, 3], [1, 4, 4], min_samples=3) == pytest.approx(3 / sqrt(12))
    assert correlation([1, 2, 3], [-2, -4, -6], min_samples=3) == pytest.approx(-1)


def test_the_correlation_agrees_with_numpy():
    assert correlation_matrix(RETURNS) == pytest.approx(np.corrcoef(RETURNS.T), rel=1e-12)


def test_a_missing_return_drops_its_row_from_its_own_pairs_only():
    holed = RETURNS.copy()
    holed[5, 0] = nan
    matrix = correlation_matrix(holed)
    assert matrix[0, 1] == pytest.approx(np.corrcoef(np.delete(RETURNS, 5, axis=0).T)[0, 1])
    assert matrix[1, 2] == pytest.approx(np.corrcoef(RETURNS.T)[1, 2])


@pytest.mark.parametrize(
    ("first", "second", "min_samples"),
    [
        (RETURNS[:29, 0], RETURNS[:29, 1], 30),
        (RETURNS[:, 0], np.full(60, 0.01), 30),
        (RETURNS[:, 0], np.full(60, nan), 30),
        ([1.0], [1.0], 0),
        ([], [], 0),
    ],
)
def test_a_correlation_needs_samples_that_move(first, second, min_samples):
    assert isnan(correlation(first, second, min_samples=min_samples))
    assert isnan(correlation(second, first, min_samples=min_samples))


def test_thirty_samples_are_enough():
    assert not isnan(correlation(RETURNS[:30, 0], RETURNS[:30, 1]))
    assert isnan(correlation(RETURNS[:29, 0], RETURNS[:29, 1]))


def test_float_dust_lifts_no_correlation_beyond_one():
    series = [0.0, 0.0, 10 / 7]  # without a bound 1.0000000000000002 and its negative
    assert correlation(series, series, min_samples=3) == 1.0
    assert correlation(series, [-value for value in series], min_samples=3) == -1.0


@pytest.mark.parametrize(
    ("held", "is_long", "is_absolute", "expected"),
    [
        ([], True, False, 0.0),
        ([(0.9, True), (0.2, True)], True, False, 0.9),
        ([(0.9, False), (0.2, True)], True, False, 0.2),  # the short hedges
        ([(0.9, False)], True, False, -0.9),
        ([(0.9, False), (0.2, True)], True, True, 0.9),
        ([(-0.8, True)], False, False, 0.8),  # a short against what moves the other way
        ([(0.9, False)], False, False, 0.9),
        ([(nan, True), (0.3, True)], True, False, 0.3),
    ],
)
def test_the_highest_correlation_minds_the_sides(held, is_long, is_absolute, expected):
    assert highest_correlation(held, is_long=is_long, is_absolute=is_absolute) == expected


def test_the_highest_of_unknown_correlations_is_unknown():
    assert isnan(highest_correlation([(nan, True)], is_long=True))


@pytest.mark.parametrize(
    ("weights", "rho", "expected"),
    [
        ([0.5, 0.5], 0.0, sqrt(2)),
        ([0.5, 0.5], 1.0, 1.0),
        ([0.5, 0.5], 0.9, 1 / sqrt(0.95)),
        ([0.5, -0.5], 0.0, sqrt(2)),
        ([0.5, -0.5], 0.9, 1 / sqrt(0.05)),
        ([0.5, -0.5], 1 - 1e-9, 1 / sqrt(5e-10)),  # no perfect hedge
    ],
)
def test_the_diversification_ratio_of_two_equal_risks(weights, rho, expected):
    assert diversification_ratio(weights, [0.2, 0.2], [[1, rho], [rho, 1]]) == pytest.approx(expected)


def test_the_diversification_ratio_agrees_with_skfolio():
    weights = np.array([0.5, 0.3, 0.2])
    found = diversification_ratio(weights, RETURNS.std(axis=0, ddof=1), np.corrcoef(RETURNS.T))
    frame = pd.DataFrame(RETURNS, columns=["a", "b", "c"])
    assert found == pytest.approx(Portfolio(X=frame, weights=weights).diversification, rel=1e-9)


@pytest.mark.parametrize(
    ("weights", "volatilities", "rho"),
    [([0.5, -0.5], [0.2, 0.2], 1.0), ([0, 0], [0.2, 0.2], 0.0), ([1, 1], [0, 0], 0.5)],
)
def test_a_portfolio_without_volatility_has_no_diversification_ratio(weights, volatilities, rho):
    assert isnan(diversification_ratio(weights, volatilities, [[1, rho], [rho, 1]]))
