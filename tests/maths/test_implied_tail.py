from __future__ import annotations

from math import inf, isnan, nan

import arch.univariate
import numpy as np
import pytest
import scipy.stats

from bt_risk.maths.implied_tail import implied_degrees, shortfall_ratio, tail_excesses


@pytest.mark.parametrize("degrees", [2.5, 4, 30])
@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_the_ratio_agrees_with_arch(degrees, alpha):
    students_t = arch.univariate.StudentsT()
    quantile = float(students_t.ppf(alpha, [degrees]))
    expected = students_t.partial_moment(1, quantile, [degrees]) / alpha / quantile
    assert shortfall_ratio(degrees, alpha) == pytest.approx(expected, rel=1e-9)
    assert implied_degrees(expected, alpha) == pytest.approx(degrees, rel=1e-5)


def test_the_ratio_of_a_normal():
    expected = scipy.stats.norm.pdf(scipy.stats.norm.ppf(0.025)) / 0.025 / -scipy.stats.norm.ppf(0.025)
    assert shortfall_ratio(inf, 0.025) == pytest.approx(expected, rel=1e-12)
    assert implied_degrees(expected, 0.025) == inf
    assert implied_degrees(1.0, 0.025) == inf
    assert implied_degrees(1e9, 0.025) == pytest.approx(1.05)


@pytest.mark.parametrize(("degrees", "alpha"), [(1, 0.05), (nan, 0.05), (3, 0), (3, 0.5)])
def test_no_ratio_without_a_mean_or_a_tail(degrees, alpha):
    assert isnan(shortfall_ratio(degrees, alpha))


def test_no_degrees_without_a_ratio_or_a_tail():
    assert isnan(implied_degrees(nan, 0.05))
    assert isnan(implied_degrees(1.2, 0.5))


@pytest.mark.parametrize("degrees", [2.5, 6, inf])
def test_the_excesses_are_those_of_the_distribution(degrees):
    draws = np.array([1.0, 0.7, 0.31, 0.052, 1e-4])
    quantiles = scipy.stats.t if degrees < inf else scipy.stats.norm
    arguments = (degrees,) if degrees < inf else ()
    losses = -quantiles.ppf(0.05 * draws, *arguments)
    beyond = shortfall_ratio(degrees, 0.05) * losses[0]
    assert tail_excesses(degrees, 0.05, draws) == pytest.approx(
        (losses - losses[0]) / (beyond - losses[0]), abs=0.01, rel=0.01
    )


@pytest.mark.parametrize("degrees", [3, 6, inf])
def test_the_excesses_have_a_mean_of_one(degrees):
    draws = (np.arange(200_000) + 0.5) / 200_000
    assert tail_excesses(degrees, 0.01, draws).mean() == pytest.approx(1.0, abs=0.01)
