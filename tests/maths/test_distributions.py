from __future__ import annotations

from math import inf, isnan, nan

import pytest
import scipy.special
import scipy.stats

from bt_risk.maths.distributions import (
    binomial_cdf,
    chi_square_tail,
    incomplete_beta,
    student_t_cdf,
    student_t_density,
    student_t_quantile,
)

PROBABILITIES = [1e-9, 1e-4, 0.01, 0.05, 0.3, 0.7, 0.99]
DEGREES = [0.3, 1, 2.05, 2.5, 4.7, 30, 120.5, 500]


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 10])
@pytest.mark.parametrize("value", [0, 1e-3, 0.5, 3.84, 10, 50, 200])
def test_the_chi_square_tail_agrees_with_scipy(value, degrees):
    assert chi_square_tail(value, degrees) == pytest.approx(scipy.stats.chi2.sf(value, degrees), rel=1e-12)


@pytest.mark.parametrize(("value", "degrees"), [(-1, 1), (nan, 1), (1, 0)])
def test_a_chi_square_needs_degrees_and_a_value(value, degrees):
    assert isnan(chi_square_tail(value, degrees))


@pytest.mark.parametrize("trials", [1, 10, 250, 5000])
@pytest.mark.parametrize("probability", [0.01, 0.05, 0.5])
@pytest.mark.parametrize("successes", [0, 1, 5, 40])
def test_the_binomial_agrees_with_scipy(successes, trials, probability):
    expected = scipy.stats.binom.cdf(successes, trials, probability)
    assert binomial_cdf(successes, trials, probability) == pytest.approx(expected, rel=1e-11, abs=1e-300)


def test_the_edges_of_the_binomial():
    assert binomial_cdf(-1, 10, 0.1) == 0.0
    assert binomial_cdf(10, 10, 0.1) == 1.0
    assert isnan(binomial_cdf(0, 0, 0.1))
    assert isnan(binomial_cdf(0, 10, 1.1))


@pytest.mark.parametrize("x", [0.0, 1e-6, 0.2, 0.5, 0.9, 1.0])
@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (2, 3), (60, 0.5), (1, 400)])
def test_the_incomplete_beta_function_agrees_with_scipy(x, a, b):
    assert incomplete_beta(x, a, b) == pytest.approx(scipy.special.betainc(a, b, x), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize(("x", "a", "b"), [(-0.1, 1, 1), (1.1, 1, 1), (0.5, 0, 1), (0.5, 1, 0), (nan, 1, 1)])
def test_the_incomplete_beta_function_has_a_domain(x, a, b):
    assert isnan(incomplete_beta(x, a, b))


@pytest.mark.parametrize("degrees", DEGREES)
@pytest.mark.parametrize("probability", PROBABILITIES)
def test_students_t_agrees_with_scipy(probability, degrees):
    expected = scipy.stats.t.ppf(probability, degrees)
    assert student_t_quantile(probability, degrees) == pytest.approx(expected, rel=1e-12)
    assert student_t_cdf(expected, degrees) == pytest.approx(probability, rel=2e-12)
    assert student_t_density(expected, degrees) == pytest.approx(
        scipy.stats.t.pdf(expected, degrees), rel=1e-11
    )


def test_the_middle_of_students_t_is_zero():
    assert student_t_quantile(0.5, 3) == pytest.approx(0, abs=1e-15)


def test_infinite_degrees_are_the_normal():
    assert student_t_quantile(0.05, inf) == pytest.approx(scipy.stats.norm.ppf(0.05), rel=1e-12)
    assert student_t_cdf(-1.5, inf) == pytest.approx(scipy.stats.norm.cdf(-1.5), rel=1e-12)
    assert student_t_density(-1.5, inf) == pytest.approx(scipy.stats.norm.pdf(-1.5), rel=1e-12)


@pytest.mark.parametrize(("argument", "degrees"), [(0.1, 0), (0.1, -1), (0.1, nan), (nan, 3)])
def test_students_t_needs_degrees_and_an_argument(argument, degrees):
    assert isnan(student_t_quantile(argument, degrees))
    assert isnan(student_t_cdf(argument, degrees))
    assert isnan(student_t_density(argument, degrees))


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, 1.1])
def test_a_quantile_needs_a_probability_between_nothing_and_all(probability):
    assert isnan(student_t_quantile(probability, 3))
