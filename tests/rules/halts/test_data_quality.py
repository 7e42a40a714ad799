from __future__ import annotations

import datetime as dt
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.rules.halts.data_quality import BarFault, bar_faults

MONDAY = dt.datetime(2024, 3, 4)
TUESDAY = dt.datetime(2024, 3, 5)
NOT_FINITE, NOT_POSITIVE, CROSSED, STALE, BACKWARDS = BarFault


def faults(*prices, time=TUESDAY, previous=MONDAY, is_new=True):
    return bar_faults(*prices, time=time, previous=previous, is_new=is_new)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ((10, 11, 9, 10), ()),
        ((10, 10, 10, 10), ()),
        ((11, 11, 9, 9), ()),
        ((0.5, 0.6, 0.4, 0.5), ()),
        ((0.5, 0.6, 0.0, 0.5), (NOT_POSITIVE,)),
        ((0.5, 0.6, 0.4, 0.7), (CROSSED,)),
        ((nan, 11, 9, 10), (NOT_FINITE,)),
        ((10, nan, 9, 10), (NOT_FINITE,)),
        ((10, 11, nan, 10), (NOT_FINITE,)),
        ((10, 11, 9, nan), (NOT_FINITE,)),
        ((10, inf, 9, 10), (NOT_FINITE,)),
        ((10, 11, 0, 10), (NOT_POSITIVE,)),
        ((10, 11, -1, 10), (NOT_POSITIVE,)),
        ((0, 0, 0, 0), (NOT_POSITIVE,)),
        ((10, 9, 11, 10), (CROSSED,)),
        ((12, 11, 9, 10), (CROSSED,)),
        ((8, 11, 9, 10), (CROSSED,)),
        ((10, 11, 9, 12), (CROSSED,)),
        ((10, 11, 9, 8), (CROSSED,)),
        ((10, 11, 9, 11 * (1 + 1e-12)), ()),  # float dust of an adjusted price
        ((10, 11, 9, 11 * (1 + 2e-9)), (CROSSED,)),
        ((nan, 9, 11, 0), (NOT_FINITE, NOT_POSITIVE, CROSSED)),
    ],
)
def test_every_fault_of_the_prices_is_named(prices, expected):
    assert faults(*prices) == expected


@pytest.mark.parametrize(
    ("time", "previous", "is_new", "expected"),
    [
        (TUESDAY, None, True, ()),
        (TUESDAY, MONDAY, True, ()),
        (TUESDAY, TUESDAY, True, (STALE,)),
        (TUESDAY, MONDAY, False, (STALE,)),
        (MONDAY, TUESDAY, True, (BACKWARDS,)),
        (MONDAY, TUESDAY, False, (STALE, BACKWARDS)),
    ],
)
def test_a_bar_must_be_new_and_later(time, previous, is_new, expected):
    assert faults(10, 11, 9, 10, time=time, previous=previous, is_new=is_new) == expected


def test_a_bar_is_taken_for_new_unless_it_is_said_not_to_be():
    assert bar_faults(10, 11, 9, 10, time=TUESDAY, previous=MONDAY) == ()


price = st.one_of(st.floats(-5, 20), st.sampled_from([nan, inf, -inf, 0.0]))


@settings(derandomize=True, max_examples=300, deadline=None)
@given(price, price, price, price)
def test_a_bar_without_fault_can_be_traded_on(bar_open, high, low, close):
    good = all(0 < p < inf for p in (bar_open, high, low, close)) and low <= min(bar_open, close)
    good = good and max(bar_open, close) <= high
    found = faults(bar_open, high, low, close)
    assert not (good and found)
    if not found:
        dust = 1 + 2e-9
        assert 0 < low <= min(bar_open, close) * dust
        assert max(bar_open, close) <= high * dust
