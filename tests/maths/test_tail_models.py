"""Student's t, Cornish-Fisher and filtered history against independent libraries, and all models in one shape."""

from __future__ import annotations

from math import inf, isnan, nan, sqrt

import arch.univariate
import numpy as np
import pandas as pd
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.cornish_fisher import cornish_fisher_es, cornish_fisher_var, is_cornish_fisher_monotone
from bt_risk.maths.filtered_risk import ewma_volatility, filtered_es, filtered_var, residuals
from bt_risk.maths.moments import excess_kurtosis, skewness
from bt_risk.maths.risk_models import MODELS, rolling_risk
from bt_risk.maths.student_t_risk import student_t_degrees, student_t_es, student_t_var
from bt_risk.maths.value_at_risk import historical_es, historical_var, normal_es, normal_var

FAT = np.random.default_rng(5).standard_t(4, 400) / 100
SKEWED = (np.random.default_rng(6).gamma(16, size=400) - 16) / -400
small = settings(derandomize=True, max_examples=60, deadline=None)


def test_the_moments_agree_with_scipy():
    assert skewness(SKEWED) == pytest.approx(scipy.stats.skew(SKEWED), rel=1e-12)
    assert excess_kurtosis(FAT) == pytest.approx(scipy.stats.kurtosis(FAT), rel=1e-12)
    for measure in (skewness, excess_kurtosis):
        assert all(isnan(measure(series)) for series in ([], [1], [1, 1], [1, 2, nan]))


def test_the_degrees_of_freedom_have_the_kurtosis_of_the_returns():
    degrees = student_t_degrees(FAT)
    assert float(scipy.stats.t.stats(degrees, moments="k")) == pytest.approx(
        scipy.stats.kurtosis(FAT), rel=1e-9
    )
    assert student_t_var(FAT) == student_t_var(FAT, degrees=degrees)


def test_students_t_agrees_with_arch_at_the_same_degrees():
    students_t = arch.univariate.StudentsT()
    mean, deviation = FAT.mean(), FAT.std(ddof=1)
    for alpha in (0.05, 0.01):
        quantile = float(students_t.ppf(alpha, [4.5]))
        assert student_t_var(FAT, alpha=alpha, degrees=4.5) == pytest.approx(
            -(mean + deviation * quantile), rel=1e-12
        )
        tail = students_t.partial_moment(1, quantile, [4.5]) / alpha
        assert student_t_es(FAT, alpha=alpha, degrees=4.5) == pytest.approx(
            -(mean + deviation * tail), rel=1e-9
        )


@pytest.mark.parametrize(
    ("alpha", "normal", "student_t", "normal_shortfall"),
    [
        (0.10, 162.1, 137.1, 222.0),
        (0.05, 208.1, 190.7, 260.9),
        (0.025, 247.9, 248.3, 295.7),
        (0.01, 294.3, 335.1, 337.1),
        (0.005, 325.8, 411.8, 365.8),
    ],
)
def test_the_table_of_mcneil_frey_and_embrechts(alpha, normal, student_t, normal_shortfall):
    # A position of 10 000 with a yearly volatility of 20 % over 250 days; t with 4 degrees of freedom.
    deviation = 0.2 / sqrt(250)
    returns = np.tile([deviation, -deviation], 500) * sqrt(999 / 1000)
    options = {"alpha": alpha, "value": 10_000}
    assert normal_var(returns, **options) == pytest.approx(normal, abs=0.051)
    assert student_t_var(returns, **options, degrees=4) == pytest.approx(student_t, abs=0.051)
    assert normal_es(returns, **options) == pytest.approx(normal_shortfall, abs=0.1)


def test_returns_with_thin_tails_are_taken_for_normal():
    flat = np.linspace(-0.02, 0.02, 101)
    assert student_t_degrees(flat) == inf
    assert student_t_var(flat) == pytest.approx(normal_var(flat))
    assert student_t_es(flat) == pytest.approx(normal_es(flat))
    assert student_t_var([0.01] * 30) == pytest.approx(-0.01)


def test_days_without_a_position_thin_no_tail():
    idle = np.concatenate((np.zeros(600), FAT))
    assert 4 < student_t_degrees(idle) < student_t_degrees(FAT)
    assert student_t_var(idle, alpha=0.01) > normal_var(idle, alpha=0.01)


@pytest.mark.parametrize("degrees", [2, 0, -1, nan])
def test_a_t_without_a_variance_is_undefined(degrees):
    assert isnan(student_t_var(FAT, degrees=degrees))
    assert isnan(student_t_es(FAT, degrees=degrees))


@pytest.mark.parametrize("returns", [[], [0.01], [0.01, nan]])
def test_no_degrees_without_returns(returns):
    assert isnan(student_t_degrees(returns))


def expansion(z):
    """Return Cornish and Fisher's z' by scipy's moments, its cumulants divided out one by one."""
    skew, kurtosis = scipy.stats.skew(SKEWED), scipy.stats.kurtosis(SKEWED)
    return z + skew / 6 * (z**2 - 1) + kurtosis / 24 * (z**3 - 3 * z) - skew**2 / 36 * (2 * z**3 - 5 * z)


@pytest.mark.parametrize("alpha", [0.3, 0.05, 0.01, 0.001])
def test_cornish_fisher_agrees_with_numerical_integration(alpha):
    z = scipy.stats.norm.ppf(alpha)
    mean, deviation = SKEWED.mean(), SKEWED.std(ddof=1)
    assert cornish_fisher_var(SKEWED, alpha=alpha) == pytest.approx(
        -(mean + deviation * expansion(z)), rel=1e-12
    )
    area, _ = scipy.integrate.quad(lambda x: expansion(x) * scipy.stats.norm.pdf(x), -40, z, epsabs=1e-13)
    assert cornish_fisher_es(SKEWED, alpha=alpha) == pytest.approx(
        -(mean + deviation * area / alpha), rel=1e-9
    )


@given(
    skew=st.integers(-300, 300).map(lambda n: n / 100),
    kurtosis=st.integers(-200, 1200).map(lambda n: n / 100),
)
@small
def test_the_domain_is_where_the_expansion_rises(skew, kurtosis):
    z = np.concatenate([-np.geomspace(1e6, 1e-3, 2_000), np.geomspace(1e-3, 1e6, 2_000)])
    slope = (1 + z * skew / 3 + (3 * z**2 - 3) * kurtosis / 24 - (6 * z**2 - 5) * skew**2 / 36).min()
    if abs(slope) > 1e-3:
        assert is_cornish_fisher_monotone(skew, kurtosis) == (slope > 0)


def test_the_domain_ends_where_maillard_says():
    # A skewness up to 6 * (sqrt(2) - 1) has some kurtosis in the domain, a larger one has none.
    edge = 6 * (sqrt(2) - 1)
    grid = np.linspace(0, 40, 40_001)
    assert any(is_cornish_fisher_monotone(edge - 1e-3, kurtosis) for kurtosis in grid)
    assert not any(is_cornish_fisher_monotone(edge + 1e-3, kurtosis) for kurtosis in grid)
    assert is_cornish_fisher_monotone(0, 0)
    assert is_cornish_fisher_monotone(0, 8)
    assert not is_cornish_fisher_monotone(0, 8.001)
    assert not is_cornish_fisher_monotone(nan, 1)
    # Here the expansion falls everywhere.
    assert not is_cornish_fisher_monotone(16, 317)


def test_outside_its_domain_cornish_fisher_is_undefined():
    crash = [*np.linspace(-0.01, 0.01, 100), -0.5]
    assert not is_cornish_fisher_monotone(skewness(crash), excess_kurtosis(crash))
    assert isnan(cornish_fisher_var(crash))
    assert isnan(cornish_fisher_es(crash))
    assert isnan(cornish_fisher_var([0.01] * 30))


def test_the_filter_is_the_exponential_mean_of_the_squares():
    seeded = pd.Series([np.mean(FAT[:20] ** 2), *FAT**2])
    expected = np.sqrt(seeded.ewm(alpha=0.06, adjust=False).mean())
    assert ewma_volatility(FAT) == pytest.approx(expected.to_numpy(), rel=1e-12)


def test_the_filter_agrees_with_arch():
    model = arch.univariate.EWMAVariance(0.94)
    variances = np.empty(FAT.size)
    model.compute_variance(
        np.empty(0), FAT, variances, float(np.mean(FAT[:20] ** 2)), np.tile([0.0, 1e9], (FAT.size, 1))
    )
    assert ewma_volatility(FAT)[:-1] == pytest.approx(np.sqrt(variances), rel=1e-12)


def test_filtered_history_by_hand():
    # A volatility of 0.01 throughout: ten losses and ten gains of that size leave it where it is.
    returns = [-0.01, 0.01] * 10
    assert ewma_volatility(returns) == pytest.approx([0.01] * 21)
    assert filtered_var(returns, value=100) == pytest.approx(1)
    # One return of -0.05 lifts the variance to 0.94 * 0.0001 + 0.06 * 0.0025 = 0.000244.
    calm = [*returns, -0.05]
    assert ewma_volatility(calm)[-1] == pytest.approx(sqrt(0.000244))
    scores = [*[-1, 1] * 10, -5]
    assert filtered_var(calm) == pytest.approx(sqrt(0.000244) * historical_var(scores))
    assert filtered_es(calm) == pytest.approx(sqrt(0.000244) * historical_es(scores))


def test_a_missing_return_leaves_the_volatility_alone():
    path = ewma_volatility([*[-0.01, 0.01] * 10, nan, 0.01])
    assert path[20] == path[21] == pytest.approx(0.01)
    assert np.isnan(ewma_volatility([nan])).all()
    assert np.isnan(ewma_volatility(FAT, decay=1.0)).all()
    assert isnan(filtered_var([*FAT, nan]))


def test_a_volatility_that_has_vanished_makes_no_residual():
    paused = [*[-0.01, 0.01] * 10, *[0.0] * 300, 0.01]
    scores = residuals(paused, ewma_volatility(paused))
    assert np.isfinite(scores[:20]).all()
    assert isnan(scores[-1])
    assert isnan(filtered_var([0.0] * 30))


LEVELS = (0.05, 0.01)


@pytest.mark.parametrize("name", MODELS)
def test_each_model_gives_both_risks_at_each_level(name):
    risks = MODELS[name](SKEWED, LEVELS, 20)
    assert len(risks) == 2
    assert all(risk.es >= risk.var for risk in risks)
    assert risks[0].var < risks[1].var
    assert all(isnan(number) for risk in MODELS[name](SKEWED[:19], LEVELS, 20) for number in risk)


def test_the_models_are_the_measures_of_their_names():
    assert MODELS["historical"](FAT, [0.05], 20) == [(historical_var(FAT), historical_es(FAT))]
    assert MODELS["normal"](FAT, [0.05], 20) == [(normal_var(FAT), normal_es(FAT))]
    assert MODELS["student_t"](FAT, [0.05], 20) == [(student_t_var(FAT), student_t_es(FAT))]
    assert MODELS["cornish_fisher"](SKEWED, [0.05], 20) == [
        (cornish_fisher_var(SKEWED), cornish_fisher_es(SKEWED))
    ]
    assert MODELS["ewma_filtered"](FAT, [0.05], 20) == [(filtered_var(FAT), filtered_es(FAT))]


@given(
    returns=st.lists(st.floats(-0.3, 0.3), min_size=20, max_size=80),
    alphas=st.tuples(st.floats(0.001, 0.5), st.floats(0.001, 0.5)),
    name=st.sampled_from(sorted(MODELS)),
)
@small
def test_a_shortfall_is_never_below_and_a_rarer_loss_never_smaller(returns, alphas, name):
    common, rare = MODELS[name](returns, sorted(alphas, reverse=True), 20)
    dust = 1e-9
    for risk in (common, rare):
        assert isnan(risk.es) == isnan(risk.var)
        assert isnan(risk.var) or risk.es >= risk.var - dust
    assert isnan(common.var) or rare.var >= common.var - dust
    assert isnan(common.es) or rare.es >= common.es - dust


@given(returns=st.lists(st.floats(-0.3, 0.3), min_size=20, max_size=60), seed=st.integers(0, 99))
@small
def test_only_the_filter_minds_the_order_of_the_returns(returns, seed):
    shuffled = np.random.default_rng(seed).permutation(returns)
    for name in set(MODELS) - {"ewma_filtered"}:
        for one, other in zip(
            MODELS[name](returns, LEVELS, 20), MODELS[name](shuffled, LEVELS, 20), strict=True
        ):
            assert one == pytest.approx(other, rel=1e-6, abs=1e-9, nan_ok=True)


def test_a_filter_minds_the_order():
    assert filtered_var(np.sort(FAT)) != pytest.approx(filtered_var(np.sort(FAT)[::-1]))


@pytest.mark.parametrize("name", MODELS)
def test_a_rolling_forecast_knows_only_what_came_before(name):
    var, es = rolling_risk(SKEWED, name, LEVELS, window=100, refit=21)
    assert var.shape == es.shape == (2, 400)
    assert np.isnan(var[:, :100]).all()
    assert np.isfinite(var[:, 100:]).mean() > (0.6 if name == "cornish_fisher" else 0.99)
    changed = SKEWED.copy()
    changed[250:] *= -7
    again, _ = rolling_risk(changed, name, LEVELS, window=100, refit=21)
    assert again[:, :251] == pytest.approx(var[:, :251], nan_ok=True)


@pytest.mark.parametrize("name", sorted(set(MODELS) - {"ewma_filtered"}))
def test_a_model_is_fitted_to_the_window_and_kept_until_the_next_fit(name):
    var, es = rolling_risk(SKEWED, name, LEVELS, window=100, refit=21)
    for at in (100, 121, 142):
        risks = MODELS[name](SKEWED[at - 100 : at], LEVELS, 20)
        for level, risk in enumerate(risks):
            assert var[level, at : at + 21] == pytest.approx([risk.var] * 21, nan_ok=True)
            assert es[level, at : at + 21] == pytest.approx([risk.es] * 21, nan_ok=True)


def test_the_filtered_forecast_follows_the_volatility_between_fits():
    var, _ = rolling_risk(FAT, "ewma_filtered", [0.05], window=100, refit=21)
    path = ewma_volatility(FAT)
    scores = FAT / path[:-1]
    tail = historical_var(scores[21:121])
    assert var[0, 121:142] == pytest.approx(path[121:142] * tail)


def test_residuals_without_a_volatility_are_left_out_of_the_window():
    # After 300 bars of pause the first return is no residual, nor are the last bars of the pause.
    paused = np.concatenate((FAT[:100], np.zeros(300), FAT[100:300]))
    volatilities = ewma_volatility(paused)
    scores = residuals(paused, volatilities)
    assert np.isnan(scores[400])
    var, _ = rolling_risk(paused, "ewma_filtered", [0.05], window=100, refit=1)
    past = scores[350:450]
    assert var[0, 450] == pytest.approx(volatilities[450] * historical_var(past[np.isfinite(past)]))


@pytest.mark.parametrize("options", [{"window": 19}, {"window": 401}, {"refit": 0}])
def test_no_forecast_without_a_window(options):
    assert np.isnan(rolling_risk(FAT, "normal", LEVELS, **options)[0]).all()
