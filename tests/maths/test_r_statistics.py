"""Statistics of closed trades against scipy and against tables that can be redone on paper."""

from __future__ import annotations

from math import isnan, nan, sqrt

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from bt_risk.maths.r_statistics import kelly_estimate, mean_interval, profit_factor, system_quality

# Mean 0.5, squares of the deviations 0.25, 2.25, 2.25, 2.25 and 4: their sum is 11.
MULTIPLES = [1.0, -1.0, 2.0, 2.0, -1.5]


def test_the_interval_is_that_of_students_t():
    found = mean_interval(MULTIPLES, 0.95)
    low, high = scipy.stats.t.interval(0.95, len(MULTIPLES) - 1, loc=0.5, scale=scipy.stats.sem(MULTIPLES))
    assert found == pytest.approx((0.5, low, high), rel=1e-9)
    # t of 4 degrees at 97.5 % is 2.776 in any table
    assert found.high - found.mean == pytest.approx(
        2.776 * sqrt(sum((r - 0.5) ** 2 for r in MULTIPLES) / 4 / 5), rel=1e-3
    )


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=40), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_holds_the_mean_and_grows_with_the_confidence(values, confidence):
    found, wider = mean_interval(values, confidence), mean_interval(values, confidence + 0.009)
    assert wider.low <= found.low <= found.mean <= found.high <= wider.high


@pytest.mark.parametrize(("values", "mean"), [([], nan), ([2.0], 2.0)])
def test_the_interval_of_too_few_values_is_not_known(values, mean):
    found = mean_interval(values)
    assert found.mean == pytest.approx(mean, nan_ok=True)
    assert isnan(found.low)
    assert isnan(found.high)


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.5, nan])
def test_a_confidence_outside_its_domain_gives_no_interval(confidence):
    assert all(map(isnan, mean_interval(MULTIPLES, confidence)))


def test_system_quality_is_the_t_statistic_of_the_mean():
    expected = scipy.stats.ttest_1samp(MULTIPLES, 0.0).statistic
    assert system_quality(MULTIPLES) == pytest.approx(expected, rel=1e-12)


def test_system_quality_counts_a_hundred_trades_at_most():
    record = [1.0, -0.5] * 100
    assert system_quality(record) == pytest.approx(system_quality(record, most=200) / sqrt(2), rel=1e-12)


@pytest.mark.parametrize("multiples", [[], [1.0], [0.3, 0.3, 0.3]])
def test_system_quality_of_no_spread_is_not_known(multiples):
    assert isnan(system_quality(multiples))


@pytest.mark.parametrize(
    ("pnls", "factor"), [([300, -100, -50], 2.0), ([-100.0], 0.0), ([100.0], nan), ([], nan), ([0.0], nan)]
)
def test_the_profit_factor_is_wins_over_losses(pnls, factor):
    assert profit_factor(pnls) == pytest.approx(factor, nan_ok=True)


def test_kelly_of_six_wins_of_two_against_four_losses_of_one():
    found = kelly_estimate([2.0] * 6 + [-1.0] * 4)
    assert found.full == pytest.approx(0.6 - 0.4 / 2)
    # Wilson's one-sided 95 % bound, as scipy's two-sided 90 % has it
    low = scipy.stats.binomtest(6, 10).proportion_ci(0.90, method="wilson").low
    assert found.win_rate_lower_bound == pytest.approx(low, rel=1e-9)
    assert found.lower_bound == pytest.approx(low - (1 - low) / 2, rel=1e-9)


@pytest.mark.parametrize("pnls", [[], [1.0, 2.0], [-1.0]])
def test_kelly_of_one_sided_records_is_not_known(pnls):
    assert isnan(kelly_estimate(pnls).full)
    assert isnan(kelly_estimate(pnls).lower_bound)
