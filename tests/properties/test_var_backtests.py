"""How often the backtests reject at a level of 5 %: right forecasts about as often as claimed, wrong ones far more.

Forecasts are those of the true distribution, or of a wrong one; nothing is estimated, so that the tests alone are
tested. With BT_RISK_LONG=1 there are ten times as many trials, and the shares are printed.
"""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import pytest
import scipy.stats

from bt_risk.maths.es_backtest import shortfall_coverage, shortfall_severity
from bt_risk.maths.implied_tail import shortfall_ratio
from bt_risk.maths.var_backtest import (
    christoffersen_coverage,
    christoffersen_independence,
    exceptions,
    kupiec,
    traffic_light,
)
from tests.properties.scale import SUMMARY, runs

# Likelihood ratios of counts are only near chi-square: that of independence rejects 2 % or 9 %, as the counts fall.
SIZES = {"kupiec": (0.03, 0.08), "independence": (0.01, 0.11), "coverage": (0.03, 0.08)}


def normal(random, periods):
    return random.standard_normal(periods)


def student(random, periods):
    """Return draws of a t with 4 degrees of freedom and a variance of 1."""
    return random.standard_t(4, periods) / sqrt(2)


def clustered(random, periods):
    """Return normal draws whose variance is that of a GARCH(1,1) with a mean of 1."""
    returns, variance = np.empty(periods), 1.0
    for at, shock in enumerate(random.standard_normal(periods)):
        returns[at] = shock * sqrt(variance)
        variance = 0.05 + 0.15 * returns[at] ** 2 + 0.8 * variance
    return returns


def risk_of_normal(alpha):
    var = -scipy.stats.norm.ppf(alpha)
    return var, var * shortfall_ratio(np.inf, alpha)


def risk_of_student(alpha):
    var = -scipy.stats.t.ppf(alpha, 4) / sqrt(2)
    return var, var * shortfall_ratio(4, alpha)


def verdicts(returns, var, es, alpha, has_shortfall):
    hits = exceptions(returns, np.full(returns.size, var))
    found = {
        "kupiec": kupiec(int(hits.sum()), hits.size, alpha).is_rejected,
        "independence": christoffersen_independence(hits).is_rejected,
        "coverage": christoffersen_coverage(hits, alpha).is_rejected,
        "yellow or red": traffic_light(int(hits.sum()), hits.size, alpha).zone != "green",
        "red": traffic_light(int(hits.sum()), hits.size, alpha).zone == "red",
    }
    if has_shortfall:
        forecasts = np.full(returns.size, var), np.full(returns.size, es)
        found["severity"] = shortfall_severity(returns, *forecasts, alpha).is_rejected
        found["shortfall"] = shortfall_coverage(returns, *forecasts, alpha).is_rejected
    return found


@cache
def rejections(name, draw, risk, periods, alpha, scale=1.0):
    """Return by test the share of trials that it rejects, of those in which it could decide."""
    random = np.random.default_rng(42)
    var, es = (scale * number for number in risk(alpha))
    many, few = runs(300, 3_000), runs(50, 500)
    found = [verdicts(draw(random, periods), var, es, alpha, trial < few) for trial in range(many)]
    shares = {}
    for test in found[0]:
        told = [trial[test] for trial in found if trial.get(test) is not None]
        shares[test] = sum(told) / len(told)
    SUMMARY.append(
        f"{name}, {periods} periods at {alpha:.3g}: "
        + ", ".join(f"{test} {share:.1%}" for test, share in shares.items())
    )
    return shares


RIGHT = [
    ("normal, right", normal, risk_of_normal, 1000, 0.05),
    ("t, right", student, risk_of_student, 1000, 0.05),
    ("normal, right", normal, risk_of_normal, 1000, 0.025),
    ("t, right", student, risk_of_student, 1000, 0.025),
]


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: f"{case[0]} {case[4]}")
def test_right_forecasts_are_rejected_about_as_often_as_claimed(case):
    shares = rejections(*case)
    # Three standard errors are 4 % of 300 trials and 9 % of 50.
    for test, (low, high) in SIZES.items():
        assert runs(0.003, low) <= shares[test] <= runs(high + 0.04, high), test
    for test in ("severity", "shortfall"):
        assert shares[test] <= runs(0.16, 0.10), test
    assert shares["yellow or red"] <= 0.09
    assert shares["red"] <= 0.003


def test_a_normal_forecast_of_fat_tails_is_found_out():
    shares = rejections("normal for t", student, risk_of_normal, 1000, 0.01)
    assert shares["kupiec"] > 0.25
    assert shares["shortfall"] > 0.5
    assert shares["severity"] > 0.5


def test_a_forecast_a_fifth_too_low_is_found_out():
    shares = rejections("a fifth too low", normal, risk_of_normal, 1000, 0.05, 0.8)
    assert min(shares["kupiec"], shares["coverage"], shares["shortfall"], shares["yellow or red"]) > 0.9


def test_a_forecast_a_fifth_too_high_is_found_by_the_count_alone():
    shares = rejections("a fifth too high", normal, risk_of_normal, 1000, 0.05, 1.2)
    assert shares["kupiec"] > 0.9
    assert shares["shortfall"] == shares["yellow or red"] == 0.0


def test_a_forecast_that_sleeps_through_clusters_is_found_out():
    shares = rejections("constant for clusters", clustered, risk_of_normal, 1000, 0.05)
    assert shares["independence"] > 0.3
    assert shares["coverage"] > 0.3


def test_a_year_at_one_in_a_hundred_says_little():
    # Without an exception in 250 days, which comes with 8.1 %, Kupiec rejects already.
    shares = rejections("normal, right", normal, risk_of_normal, 250, 0.01)
    assert 0.05 <= shares["kupiec"] <= 0.14
    assert rejections("normal for t", student, risk_of_normal, 250, 0.01)["kupiec"] < 0.6
