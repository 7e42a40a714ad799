from __future__ import annotations

from math import inf, isnan, nan, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.return_score import MIN_RETURNS, return_score

# ten times +1 % and -1 %: the mean is 0, the sample deviation 0.01 * sqrt(20 / 19)
CALM = [0.01, -0.01] * 10


@pytest.mark.parametrize("last", [0.03, -0.03, 0.0, 0.005])
def test_the_last_return_is_scored_by_those_before_it(last):
    assert return_score([*CALM, last]) == pytest.approx(last / (0.01 * sqrt(20 / 19)))


def test_a_spike_does_not_widen_its_own_yardstick():
    assert return_score([*CALM, 1.0]) == pytest.approx(100 * return_score([*CALM, 0.01]))


@pytest.mark.parametrize(
    "returns",
    [
        [],
        CALM,  # twenty, the last of which is to be scored
        [0.01] * 21,  # never varied
        [*CALM[1:], nan, 0.03],
        [*CALM, nan],
    ],
)
def test_too_little_or_nothing_usual_leaves_the_score_undefined(returns):
    assert isnan(return_score(returns))


@pytest.mark.parametrize("gap", [nan, inf, -inf])
def test_a_return_that_is_not_finite_is_left_out(gap):
    assert return_score([gap, *CALM, 0.03]) == return_score([*CALM, 0.03])


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    returns=st.lists(st.floats(-0.2, 0.2), min_size=MIN_RETURNS + 1, max_size=40), scale=st.floats(0.1, 10)
)
def test_the_score_does_not_depend_on_the_unit(returns, scale):
    score = return_score(returns)
    if not isnan(score) and max(returns) - min(returns) > 1e-3:
        assert return_score([r * scale for r in returns]) == pytest.approx(score, rel=1e-6)
