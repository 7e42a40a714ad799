from __future__ import annotations

from math import isnan, nan, sqrt

import numpy as np
import pytest
import scipy.stats
import skfolio.measures

from bt_risk.maths.sharpe_confidence import (
    best_sharpe_by_chance,
    deflated_sharpe,
    probabilistic_sharpe,
    probability_of_sharpe,
)

RETURNS = np.random.default_rng(9).standard_t(5, 300) / 100 + 0.001


def test_the_hedge_fund_of_bailey_and_lopez_de_prado():
    # 2012: a monthly ratio of 0.458 over 24 months; its skewness and kurtosis cost it seven points.
    assert probability_of_sharpe(0.458, 24) == pytest.approx(0.982, abs=5e-4)
    assert probability_of_sharpe(0.458, 24, skew=-2.448, kurtosis=7.164) == pytest.approx(0.913, abs=5e-4)


@pytest.mark.parametrize(("trials", "chance", "probability"), [(100, 0.1132, 0.9004), (46, 0.1004, 0.9505)])
def test_the_best_of_many_trials_of_bailey_and_lopez_de_prado(trials, chance, probability):
    # 2014: a yearly ratio of 2.5 over five years of 250 days, the ratios tried having a yearly variance of 1/2.
    benchmark = best_sharpe_by_chance(trials, 0.5 / 250)
    assert benchmark == pytest.approx(chance, abs=5e-5)
    found = probability_of_sharpe(2.5 / sqrt(250), 1250, skew=-3, kurtosis=7, benchmark=benchmark)
    assert found == pytest.approx(probability, abs=5e-5)


def test_the_probability_follows_from_the_moments():
    sharpe = RETURNS.mean() / RETURNS.std(ddof=1)
    expected = probability_of_sharpe(
        sharpe, 300, skew=scipy.stats.skew(RETURNS), kurtosis=scipy.stats.kurtosis(RETURNS), benchmark=0.02
    )
    assert probabilistic_sharpe(RETURNS, 0.02) == pytest.approx(expected, rel=1e-12)
    assert deflated_sharpe(RETURNS, 10, 0.01) == pytest.approx(
        probabilistic_sharpe(RETURNS, best_sharpe_by_chance(10, 0.01)), rel=1e-12
    )


def test_a_single_trial_is_not_deflated():
    assert best_sharpe_by_chance(1, 0.01) == 0.0
    assert deflated_sharpe(RETURNS, 1, 0.01) == probabilistic_sharpe(RETURNS)


@pytest.mark.parametrize("case", [(0.1, 1, 0, 0), (2.0, 10, 1, -2.5), (nan, 10, 0, 0), (0.1, 10, nan, 0)])
def test_a_probability_needs_periods_and_a_variance(case):
    sharpe, periods, skew, kurtosis = case
    assert isnan(probability_of_sharpe(sharpe, periods, skew=skew, kurtosis=kurtosis))


@pytest.mark.parametrize(("trials", "variance"), [(0, 0.1), (0.5, 0.1), (2, -0.1), (nan, 0.1), (2, nan)])
def test_no_chance_without_trials(trials, variance):
    assert isnan(best_sharpe_by_chance(trials, variance))


@pytest.mark.parametrize("returns", [[], [0.01], [0.01] * 30, [0.01, 0.02, nan]])
def test_no_probability_without_returns_that_vary(returns):
    assert isnan(probabilistic_sharpe(returns))


def test_both_ratios_agree_with_skfolio():
    assert probabilistic_sharpe(RETURNS, 0.02) == pytest.approx(
        skfolio.measures.probabilistic_sharpe_ratio(RETURNS, 0.02), rel=1e-9
    )
    tried = np.linspace(-0.1, 0.15, 12)
    assert deflated_sharpe(RETURNS, 12, tried.var(ddof=1)) == pytest.approx(
        skfolio.measures.deflated_sharpe_ratio(RETURNS, tried), rel=1e-9
    )
