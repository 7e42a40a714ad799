"""Effective bets against numpy, skfolio and books that can be redone on paper."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
import skfolio.measures
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy

from bt_risk.maths.correlation import correlation, correlation_matrix
from bt_risk.maths.diversification import (
    effective_bets,
    effective_dimension,
    mean_correlation,
    pair_correlations,
)
from bt_risk.maths.exposure import effective_positions

PAIR = [[1.0, 0.6], [0.6, 1.0]]
NONE = np.eye(2)


def test_two_uncorrelated_positions_of_the_same_risk_are_two_bets():
    assert effective_bets([0.5, 0.25], [0.1, 0.2 * (1 - 1e-9)], NONE) == pytest.approx(2, rel=1e-6)


def test_of_two_uncorrelated_positions_the_riskier_counts_for_more():
    # variances of 0.04 and 0.01: shares of 0.8 and 0.2
    expected = np.exp(entropy([0.8, 0.2]))
    assert effective_bets([1, 1], [0.2, 0.1], NONE) == pytest.approx(expected, rel=1e-12)


def test_a_long_pair_of_one_volatility_bets_on_its_common_factor_alone():
    # The principal portfolios of a correlated pair are the sum and the difference: the book is all sum.
    assert effective_bets([0.5, 0.5], [0.1, 0.1], PAIR) == pytest.approx(1, rel=1e-9)
    assert effective_bets([0.5, -0.5], [0.1, 0.1], PAIR) == pytest.approx(1, rel=1e-9)


def test_a_lopsided_pair_splits_between_sum_and_difference():
    # Exposures of 3 / sqrt(2) and 1 / sqrt(2), variances of 1.6 and 0.4: 7.2 and 0.2.
    expected = np.exp(entropy([7.2, 0.2]))
    assert effective_bets([2, 1], [1, 1], PAIR) == pytest.approx(expected, rel=1e-9)


def test_the_shares_are_those_of_numpys_principal_portfolios():
    draws = np.random.default_rng(5)
    returns = draws.normal(size=(200, 4)) @ draws.normal(size=(4, 4))
    weights = np.array([0.4, -0.2, 0.3, 0.1])
    variances, directions = np.linalg.eigh(np.cov(returns.T))
    shares = variances * (directions.T @ weights) ** 2
    found = effective_bets(weights, returns.std(axis=0, ddof=1), correlation_matrix(returns))
    assert found == pytest.approx(np.exp(entropy(shares)), rel=1e-9)


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.floats(0.01, 0.9))
def test_there_is_at_least_one_bet_and_at_most_one_a_position(weights, rho):
    matrix = np.full((len(weights), len(weights)), rho) + (1 - rho) * np.eye(len(weights))
    bets = effective_bets(weights, np.linspace(0.1, 0.3, len(weights)), matrix)
    assert 1 - 1e-9 <= bets <= len(weights) + 1e-9


@pytest.mark.parametrize(
    ("weights", "volatilities", "matrix"),
    [
        ([], [], np.empty((0, 0))),
        ([1.0, 1.0], [0.0, 0.0], NONE),
        ([1.0, 1.0], [0.1, nan], NONE),
        ([1.0, -1.0], [0.1, 0.1], [[1, 1], [1, 1]]),
    ],
)
def test_without_a_variance_there_is_no_bet(weights, volatilities, matrix):
    assert isnan(effective_bets(weights, volatilities, matrix))


def test_the_dimension_of_a_market_lies_between_one_and_its_instruments():
    assert effective_dimension(np.eye(5)) == pytest.approx(5, rel=1e-12)
    assert effective_dimension(np.ones((5, 5))) == pytest.approx(1, rel=1e-9)
    # eigenvalues of 1.6 and 0.4
    assert effective_dimension(PAIR) == pytest.approx(np.exp(entropy([0.8, 0.2])), rel=1e-12)
    assert isnan(effective_dimension([[1, nan], [nan, 1]]))


def test_effective_positions_are_those_of_skfolio():
    weights = np.array([0.5, 0.3, 0.2])
    assert effective_positions(weights) == pytest.approx(
        skfolio.measures.effective_number_assets(weights), rel=1e-12
    )


def test_pairs_are_negated_where_sides_differ_and_unknown_ones_are_left_out():
    matrix = [[1, 0.5, nan], [0.5, 1, 0.2], [nan, 0.2, 1]]
    pairs = pair_correlations(matrix, [100, -50, 20])
    assert list(pairs[[0, 2]]) == [-0.5, -0.2]
    assert isnan(pairs[1])
    assert mean_correlation(pairs) == pytest.approx(-0.35)
    assert isnan(mean_correlation([]))


def test_the_matrix_of_complete_returns_is_that_of_its_pairs():
    draws = np.random.default_rng(9).normal(0, 0.01, (60, 4))
    draws[:, 3] = 0.001
    matrix = correlation_matrix(draws)
    for i in range(4):
        for j in range(4):
            one = correlation(draws[:, i], draws[:, j])
            assert matrix[i, j] == pytest.approx(one, rel=1e-12, nan_ok=True)
    assert np.isnan(correlation_matrix(draws[:20])).all()
