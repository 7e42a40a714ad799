"""Backtests of value at risk against the tables and examples that were published with them."""

from __future__ import annotations

from math import inf, isnan, log, nan

import numpy as np
import pytest
import scipy.stats

from bt_risk.maths.es_backtest import shortfall_coverage, shortfall_severity
from bt_risk.maths.var_backtest import (
    christoffersen_coverage,
    christoffersen_independence,
    exceptions,
    kupiec,
    traffic_light,
)


@pytest.mark.parametrize(
    ("alpha", "regions"),
    [
        (0.01, [(0, 7), (1, 11), (4, 17)]),
        (0.025, [(2, 12), (6, 21), (15, 36)]),
        (0.05, [(6, 21), (16, 36), (37, 65)]),
        (0.075, [(11, 28), (27, 51), (59, 92)]),
        (0.10, [(16, 36), (38, 65), (81, 120)]),
    ],
)
def test_the_non_rejection_regions_of_kupiecs_table(alpha, regions):
    # The counts strictly between the two are not rejected at 5 %, over 255, 510 and 1000 days.
    for days, region in zip((255, 510, 1000), regions, strict=True):
        kept = [count for count in range(days + 1) if not kupiec(count, days, alpha).is_rejected]
        assert (kept[0] - 1, kept[-1] + 1) == region
        assert kept == list(range(kept[0], kept[-1] + 1))


def test_no_exception_at_all_can_be_too_few():
    assert kupiec(0, 255, 0.01).statistic == pytest.approx(-2 * 255 * log(0.99))
    assert kupiec(0, 255, 0.01).is_rejected
    assert kupiec(3, 3, 0.01).statistic == pytest.approx(-2 * 3 * log(0.01))


def test_the_statistic_agrees_with_scipys_likelihoods():
    by_scipy = -2 * (scipy.stats.binom.logpmf(9, 250, 0.01) - scipy.stats.binom.logpmf(9, 250, 9 / 250))
    verdict = kupiec(9, 250, 0.01)
    assert verdict.statistic == pytest.approx(by_scipy, rel=1e-9)
    assert verdict.p_value == pytest.approx(scipy.stats.chi2.sf(by_scipy, 1), rel=1e-9)


@pytest.mark.parametrize(
    ("count", "days", "alpha"), [(0, 0, 0.05), (3, 2, 0.05), (-1, 2, 0.05), (1, 9, 0), (1, 9, nan)]
)
def test_a_count_without_days_or_level_is_undefined(count, days, alpha):
    verdict = kupiec(count, days, alpha)
    assert isnan(verdict.statistic)
    assert isnan(verdict.p_value)
    assert verdict.is_rejected is None
    assert verdict.reason == "no forecast was tested"
    assert traffic_light(count, days, alpha) is None


def test_a_level_above_a_half_is_a_confidence():
    assert kupiec(9, 250, 0.99) == pytest.approx(kupiec(9, 250, 0.01))


def series_of(fresh, repeated, days):
    """Return hits over `days` + 1 days, a quiet one first: `fresh` runs of exceptions, `repeated` more inside them."""
    runs = [[True] for _ in range(fresh)]
    for turn in range(repeated):
        runs[turn % fresh].append(True)
    hits = [False]
    for run in runs:
        hits += [*run, False]
    return hits + [False] * (days + 1 - len(hits))


def test_the_exceptions_of_jp_morgan_in_1998():
    # Jorion 2007, section 6.3: 20 exceptions in 252 days at 95 %, 6 of them after another one.
    hits = series_of(14, 6, 252)
    assert sum(hits) == 20
    assert kupiec(20, 252, 0.05).statistic == pytest.approx(3.91, abs=0.005)
    independence = christoffersen_independence(hits)
    assert independence.statistic == pytest.approx(9.53, abs=0.005)
    assert independence.is_rejected
    coverage = christoffersen_coverage(hits, 0.05)
    assert coverage.statistic == pytest.approx(kupiec(20, 253, 0.05).statistic + independence.statistic)
    assert coverage.p_value == pytest.approx(scipy.stats.chi2.sf(coverage.statistic, 2), rel=1e-12)
    assert coverage.is_rejected


def test_the_statistic_of_independence_by_hand():
    # Q Q X X Q X Q: after a quiet day 2 of 3 are exceptions, after an exception 1 of 3; 3 of 6 in all.
    verdict = christoffersen_independence([0, 0, 1, 1, 0, 1, 0])
    chain = 2 * log(2 / 3) + log(1 / 3) + log(1 / 3) + 2 * log(2 / 3)
    assert verdict.statistic == pytest.approx(2 * (chain - 6 * log(1 / 2)))
    assert not verdict.is_rejected


@pytest.mark.parametrize(
    ("hits", "reason"),
    [
        ([], "no exception before the last observation"),
        ([1], "no exception before the last observation"),
        ([0, 0, 0, 1], "no exception before the last observation"),
        ([1, 1, 1, 0], "nothing but exceptions before the last observation"),
    ],
)
def test_there_must_be_something_to_compare(hits, reason):
    verdict = christoffersen_independence(hits)
    assert (verdict.is_rejected, verdict.reason) == (None, reason)


def test_coverage_without_an_exception_is_the_proportion_alone():
    hits = np.zeros(1000)
    assert christoffersen_coverage(hits, 0.05).statistic == kupiec(0, 1000, 0.05).statistic
    assert christoffersen_coverage([], 0.05).is_rejected is None


@pytest.mark.parametrize(
    ("count", "zone", "cumulative"),
    [
        (0, "green", 0.0811),
        (1, "green", 0.2858),
        (2, "green", 0.5432),
        (3, "green", 0.7581),
        (4, "green", 0.8922),
        (5, "yellow", 0.9588),
        (6, "yellow", 0.9863),
        (7, "yellow", 0.9960),
        (8, "yellow", 0.9989),
        (9, "yellow", 0.9997),
        (10, "red", 0.9999),
    ],
)
def test_the_zones_of_the_basel_committee(count, zone, cumulative):
    light = traffic_light(count, 250)
    assert (light.zone, light.yellow_from, light.red_from) == (zone, 5, 10)
    assert light.cumulative == pytest.approx(cumulative, abs=6e-5)
    assert light.p_value == pytest.approx(scipy.stats.binom.sf(count - 1, 250, 0.01), rel=1e-9)


def test_the_zones_move_with_the_number_of_days_and_the_level():
    light = traffic_light(30, 500, 0.05)
    assert (light.yellow_from, light.red_from) == (33, 45)
    assert scipy.stats.binom.cdf(32, 500, 0.05) < 0.95 <= scipy.stats.binom.cdf(33, 500, 0.05)
    assert scipy.stats.binom.cdf(44, 500, 0.05) < 0.9999 <= scipy.stats.binom.cdf(45, 500, 0.05)


def test_a_loss_at_its_forecast_is_no_exception():
    returns = [-0.03, -0.03 - 1e-13, -0.031, 0.05, nan, -1, -1]
    forecast = [0.03, 0.03, 0.03, 0.03, 0.03, nan, inf]
    assert exceptions(returns, forecast).tolist() == [False, False, True, False]


def test_the_shortfall_tests_by_hand():
    # Over 40 days at 5 % two losses of 0.04 and 0.05 where 0.03 was the expected shortfall.
    returns = np.full(40, 0.01)
    returns[[3, 9]] = -0.04, -0.05
    var, es = np.full(40, 0.02), np.full(40, 0.03)
    assert shortfall_severity(returns, var, es, 0.05).statistic == pytest.approx(1 - (4 / 3 + 5 / 3) / 2)
    assert shortfall_coverage(returns, var, es, 0.05).statistic == pytest.approx(1 - 3 / (40 * 0.05))
    assert shortfall_coverage(returns, var, es, 0.95).statistic == pytest.approx(-0.5)


def test_the_critical_value_that_acerbi_and_szekely_found():
    # About -0.7 at 5 % for 250 days at 2.5 %: a little above it passes, a little below does not.
    var, es = np.full(250, 1.959964), np.full(250, 2.337803)

    def verdict_of(statistic):
        returns = np.zeros(250)
        returns[:8] = -(1 - statistic) * 6.25 * es[0] / 8
        return shortfall_coverage(returns, var, es, 0.025)

    assert verdict_of(-0.66).statistic == pytest.approx(-0.66)
    assert not verdict_of(-0.66).is_rejected
    assert verdict_of(-0.74).is_rejected


def test_the_same_forecasts_get_the_same_verdict():
    random = np.random.default_rng(2)
    returns = random.normal(size=500)
    var, es = np.full(500, 1.645), np.full(500, 2.063)
    assert shortfall_severity(returns, var, es) == shortfall_severity(returns, var, es)
    assert not shortfall_severity(returns, var, es).is_rejected
    assert shortfall_severity(returns * 1.5, var, es).is_rejected
    assert shortfall_coverage(returns * 1.5, var, es).is_rejected


@pytest.mark.parametrize(
    ("returns", "var", "es", "reason"),
    [
        ([], [], [], "no forecast was tested"),
        ([nan, -1], [1, nan], [2, 2], "no forecast was tested"),
        ([0.1, 0.1], [1, 1], [2, 2], "no exception"),
        ([-0.1, 0.1], [-1, 1], [1, 0], "no forecast is a loss"),
    ],
)
def test_the_size_of_no_exception_is_undefined(returns, var, es, reason):
    verdict = shortfall_severity(returns, var, es)
    assert (verdict.is_rejected, verdict.reason) == (None, reason)


def test_a_forecast_that_is_no_loss_is_left_out_and_told():
    returns, var, es = np.array([[0.0, 0.01, 0.012]] * 300 + [[-0.02, 0.01, 0.012]] * 5).T
    plain = shortfall_coverage(returns, var, es)
    idle = shortfall_coverage([*returns, -1, -1], [*var, 0, -1], [*es, 0, 1])
    assert idle[:3] == plain[:3]
    assert (plain.reason, idle.reason) == ("", "2 forecasts that are no loss are left out")


def test_a_tail_of_a_half_is_none():
    assert shortfall_coverage([-1, 1], [1, 1], [2, 2], 0.5).is_rejected is None


def test_no_exception_where_some_are_expected_is_no_underestimate():
    verdict = shortfall_coverage([0.1] * 100, [1] * 100, [2] * 100)
    assert verdict.statistic == pytest.approx(1)
    assert verdict.is_rejected is False
