from __future__ import annotations

from math import inf, isnan, nan

import pytest

from bt_risk.maths.bounds import clamp, smallest


@pytest.mark.parametrize(("numbers", "expected"), [((50, 250), 50), ((31.25,), 31.25), ((3, inf, -1), -1)])
def test_the_smallest_number_wins(numbers, expected):
    assert smallest(*numbers) == expected


@pytest.mark.parametrize("numbers", [(nan,), (1, nan), (nan, 1), (1, 2, nan)])
def test_an_unknown_candidate_leaves_the_smallest_unknown(numbers):
    assert isnan(smallest(*numbers))


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (31.25, 25, 50, 31.25),
        (10, 25, 50, 25),
        (250, 25, 50, 50),
        (25, 25, 50, 25),
        (1, 5, 3, 3),
        (9, 0, inf, 9),
    ],
)
def test_a_value_is_clamped_between_its_bounds_and_the_upper_one_wins(value, low, high, expected):
    assert clamp(value, low, high) == expected


@pytest.mark.parametrize("numbers", [(nan, 0, 1), (0.5, nan, 1), (0.5, 0, nan)])
def test_a_clamp_with_an_unknown_part_is_unknown(numbers):
    assert isnan(clamp(*numbers))
