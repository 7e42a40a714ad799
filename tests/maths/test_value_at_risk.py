from __future__ import annotations

from math import inf, isnan, nan, sqrt

import empyrical
import numpy as np
import pytest
import scipy.stats
import skfolio.measures

from bt_risk.maths.value_at_risk import historical_es, historical_var, normal_es, normal_var

MEASURES = [historical_var, historical_es, normal_var, normal_es]
LADDER = [
    size / 1000 * (1 if size % 2 == 0 else -1) for size in range(1, 41)
]  # -0.001, 0.002, ... -0.039, 0.040
SERIES = np.random.default_rng(5).standard_t(4, 400) / 100


def test_the_historical_loss_by_hand():
    # rank 0.05 * 39 = 1.95 lies 0.95 of the way from -0.037 to -0.035; at or below it are -0.039 and -0.037
    assert historical_var(LADDER, value=10_000) == pytest.approx(351)
    assert historical_es(LADDER, value=10_000) == pytest.approx(380)


def test_a_tail_that_ends_on_a_return_includes_it():
    # 21 returns: rank 0.05 * 20 = 1 is the second worst
    returns = [-0.30, -0.10, *[0.01] * 19]
    assert historical_var(returns) == pytest.approx(0.10)
    assert historical_es(returns) == pytest.approx(0.20)


def test_the_normal_loss_by_hand():
    # mean 0.001, sample deviation sqrt(20 / 19) * 0.01 of ten times 0.011 and ten times -0.009
    returns = [0.011, -0.009] * 10
    deviation = sqrt(20 / 19) * 0.01
    assert normal_var(returns) == pytest.approx(1.6448536 * deviation - 0.001)
    assert normal_es(returns) == pytest.approx(0.1031356 / 0.05 * deviation - 0.001, rel=1e-6)


def test_a_tail_that_gains_is_a_negative_loss():
    assert historical_var([0.01] * 20) == historical_es([0.01] * 20) == pytest.approx(-0.01)
    assert normal_var([0.01] * 20) == normal_es([0.01] * 20) == pytest.approx(-0.01)


def test_the_measures_agree_with_independent_libraries():
    assert historical_var(SERIES) == pytest.approx(-np.percentile(SERIES, 5), rel=1e-12)
    # 0.05 * 400 is whole: skfolio's tail of exactly 20 returns is then ours
    assert historical_es(SERIES) == pytest.approx(skfolio.measures.cvar(SERIES, beta=0.95), rel=1e-12)
    assert historical_var(SERIES) == pytest.approx(-empyrical.value_at_risk(SERIES, 0.05), rel=1e-12)
    assert historical_es(SERIES) == pytest.approx(
        -empyrical.conditional_value_at_risk(SERIES, 0.05), rel=1e-12
    )
    fitted = scipy.stats.norm(SERIES.mean(), SERIES.std(ddof=1))
    assert normal_var(SERIES, alpha=0.01) == pytest.approx(-fitted.ppf(0.01), rel=1e-12)
    tail = fitted.expect(lambda x: x, lb=-np.inf, ub=fitted.ppf(0.01), conditional=True)
    assert normal_es(SERIES, alpha=0.01) == pytest.approx(-tail, rel=1e-6)


@pytest.mark.parametrize("measure", MEASURES)
def test_an_alpha_above_a_half_is_a_confidence(measure):
    assert measure(SERIES, alpha=0.95) == pytest.approx(measure(SERIES, alpha=0.05))
    assert measure(SERIES, alpha=0.5) != measure(SERIES, alpha=0.05)


@pytest.mark.parametrize("measure", MEASURES)
def test_twenty_returns_are_the_default_minimum(measure):
    assert isnan(measure(SERIES[:19]))
    assert not isnan(measure(SERIES[:20]))
    assert not isnan(measure(SERIES[:2], min_returns=2))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("returns", "options"),
    [
        ([], {"min_returns": 0}),
        ([0.01], {"min_returns": 0}),
        ([*LADDER, nan], {}),
        ([*LADDER, -inf], {}),
        (LADDER, {"alpha": 0.0}),
        (LADDER, {"alpha": 1.0}),
        (LADDER, {"alpha": -0.05}),
        (LADDER, {"alpha": nan}),
    ],
)
def test_a_measure_without_a_sample_or_a_tail_is_undefined(measure, returns, options):
    assert isnan(measure(returns, **options))


@pytest.mark.parametrize("alpha", [0.01, 0.05, 0.25, 0.5])
def test_the_expected_shortfall_is_never_below_the_value_at_risk(alpha):
    assert historical_es(SERIES, alpha=alpha) >= historical_var(SERIES, alpha=alpha)
    assert normal_es(SERIES, alpha=alpha) >= normal_var(SERIES, alpha=alpha)
