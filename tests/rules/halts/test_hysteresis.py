from __future__ import annotations

from itertools import accumulate, pairwise
from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.rules.halts.hysteresis import is_held


@pytest.mark.parametrize(
    ("was_held", "value", "expected"),
    [
        (False, 0.0999, False),
        (False, 0.1 * (1 - 2e-9), False),
        (False, 0.1 * (1 - 1e-12), True),
        (False, 0.1, True),
        (False, 0.2, True),
        (True, 0.0999, True),
        (True, 0.0801, True),
        (True, 0.08 * (1 + 2e-9), True),
        (True, 0.08 * (1 + 1e-12), False),
        (True, 0.08, False),
        (True, 0.0, False),
        (False, nan, False),
        (True, nan, True),
    ],
)
def test_a_limit_of_a_tenth_is_entered_at_its_value_and_left_at_four_fifths(was_held, value, expected):
    assert is_held(was_held, value, 0.1) is expected


@settings(derandomize=True, max_examples=150, deadline=None)
@given(values=st.lists(st.floats(0.081, 0.119), max_size=40))
def test_a_value_that_trembles_around_the_limit_changes_sides_once_at_most(values):
    states = list(accumulate(values, lambda held, value: is_held(held, value, 0.1), initial=False))
    assert sum(before != after for before, after in pairwise(states)) <= 1
