from __future__ import annotations

from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.exits.stop_out import Touch, stop_out

small = settings(derandomize=True, max_examples=150, deadline=None)

STOP, TARGET = ExitReason.STOP, ExitReason.TARGET


@pytest.mark.parametrize(
    ("bar_open", "high", "low", "expected"),
    [
        (100, 101, 95.01, None),
        (100, 101, 95.0, Touch(STOP, 95.0)),  # a touch fills
        (100, 101, 95.0 * (1 + 1e-12), Touch(STOP, 95.0)),
        (100, 101, 95.0 * (1 + 2e-9), None),
        (100, 101, 90.0, Touch(STOP, 95.0)),
        (93, 97, 90.0, Touch(STOP, 93.0)),  # a gap fills at the open
        (95, 97, 94.0, Touch(STOP, 95.0)),
        (100, 109.99, 99, None),
        (100, 110, 99, Touch(TARGET, 110.0)),
        (112, 113, 111, Touch(TARGET, 112.0)),  # a gap in favour pays the open
        (100, 115, 90, Touch(STOP, 95.0)),  # both: the stop first
        (112, 115, 90, Touch(STOP, 95.0)),
        (nan, 101, 90, Touch(STOP, 95.0)),
        (nan, nan, nan, None),
    ],
)
def test_a_bar_touches_the_stop_of_a_long_before_its_target(bar_open, high, low, expected):
    assert stop_out(bar_open, high, low, stop=95.0, target=110.0, is_long=True) == expected


@pytest.mark.parametrize(
    ("bar_open", "high", "low", "expected"),
    [
        (100, 104.99, 99, None),
        (100, 105, 99, Touch(STOP, 105.0)),
        (107, 110, 99, Touch(STOP, 107.0)),
        (100, 101, 90.01, None),
        (100, 101, 90, Touch(TARGET, 90.0)),
        (88, 89, 87, Touch(TARGET, 88.0)),
        (100, 110, 80, Touch(STOP, 105.0)),
    ],
)
def test_a_bar_touches_the_stop_of_a_short_before_its_target(bar_open, high, low, expected):
    assert stop_out(bar_open, high, low, stop=105.0, target=90.0, is_long=False) == expected


def test_without_levels_nothing_is_touched():
    assert stop_out(100, 200, 50, stop=None, target=None, is_long=True) is None


def test_the_touch_carries_the_name_of_the_rule_that_set_the_stop():
    touch = stop_out(100, 101, 90, stop=95.0, target=None, is_long=True, stop_reason=ExitReason.BREAK_EVEN)
    assert touch == Touch(ExitReason.BREAK_EVEN, 95.0)


@small
@given(
    low=st.floats(50, 150),
    spread=st.floats(0, 50),
    share=st.floats(0, 1),
    is_long=st.booleans(),
)
def test_a_fill_lies_inside_its_bar_and_no_stop_fills_better_than_its_price(low, spread, share, is_long):
    high = low + spread
    bar_open = min(high, low + share * spread)
    stop, target = (95.0, 110.0) if is_long else (110.0, 95.0)
    touch = stop_out(bar_open, high, low, stop=stop, target=target, is_long=is_long)
    if touch is not None:
        assert low * (1 - 1e-9) <= touch.price <= high * (1 + 1e-9)
        worse = touch.price <= stop if is_long else touch.price >= stop
        better = touch.price >= target if is_long else touch.price <= target
        assert worse if touch.reason is STOP else better


def test_a_broker_compares_without_a_tolerance():
    near = 95.0 * (1 + 1e-12)
    assert stop_out(100, 101, near, stop=95.0, target=None, is_long=True, is_exact=True) is None
    assert stop_out(100, 101, 95.0, stop=95.0, target=None, is_long=True, is_exact=True) == Touch(STOP, 95.0)
    near = 110.0 * (1 - 1e-12)
    assert stop_out(100, near, 99, stop=None, target=110.0, is_long=True, is_exact=True) is None
    assert stop_out(100, near, 99, stop=None, target=110.0, is_long=True) == Touch(TARGET, 110.0)


@pytest.mark.parametrize(("is_long", "bar_open"), [(True, 90.0), (False, 115.0)])
def test_an_opening_beyond_the_stop_counts_where_the_extreme_is_not_known(is_long, bar_open):
    stop = 95.0 if is_long else 110.0
    assert stop_out(bar_open, nan, nan, stop=stop, target=None, is_long=is_long) == Touch(STOP, bar_open)
