from __future__ import annotations

from math import isnan, nan

import pytest

from bt_risk.maths.targets import atr_target, farther_target, fixed_target, reward_target


@pytest.mark.parametrize(
    ("target", "is_long", "expected"),
    [
        (lambda **side: atr_target(100, 3.5, 5, **side), True, 117.5),
        (lambda **side: atr_target(100, 3.5, 5, **side), False, 82.5),
        (lambda **side: fixed_target(100, 0.04, **side), True, 104),
        (lambda **side: fixed_target(100, 0.04, **side), False, 96),
        (lambda **side: reward_target(100, 91.25, 2, **side), True, 117.5),
        (lambda **side: reward_target(100, 89.5, 2, **side), True, 121),
        (lambda **side: reward_target(100, 110.5, 2, **side), False, 79),
        (lambda **side: fixed_target(-40, 0.1, **side), False, -44),
    ],
)
def test_a_target_lies_on_the_winning_side_at_its_distance(target, is_long, expected):
    assert target(is_long=is_long) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "undefined",
    [
        atr_target(10, 5, 2, is_long=False),  # zero can never be reached
        fixed_target(100, 1.0, is_long=False),
        atr_target(100, -3.5, 5, is_long=True),
        atr_target(100, -0.1, 5, is_long=True),
        atr_target(100, nan, 5, is_long=True),
        reward_target(100, 100, 2, is_long=True),
        reward_target(100, 105, 2, is_long=True),
        reward_target(100, 95, 2, is_long=False),
        reward_target(100, 95, -2, is_long=True),
        reward_target(100, nan, 2, is_long=True),
        farther_target(nan, nan, is_long=True),
    ],
)
def test_a_target_that_could_never_pay_is_undefined(undefined):
    assert isnan(undefined)


@pytest.mark.parametrize(
    ("first", "second", "is_long", "expected"),
    [
        (117.5, 121.0, True, 121.0),
        (117.5, 114.0, True, 117.5),
        (82.5, 79.0, False, 79.0),
        (nan, 79.0, False, 79.0),
        (82.5, nan, False, 82.5),
    ],
)
def test_the_farther_target_is_the_higher_for_a_long_and_the_lower_for_a_short(
    first, second, is_long, expected
):
    assert farther_target(first, second, is_long=is_long) == expected
