from __future__ import annotations

from math import isnan, nan

import pytest

from bt_risk.rules.exits.initial_stop import initial_stop
from tests.rules.books import PLAIN

FIXED = PLAIN.replace(stop="fixed", fixed_stop=0.05)
NONE = PLAIN.replace(sizing=("cash_fraction",), stop="none")


@pytest.mark.parametrize(
    ("profile", "is_long", "stop"),
    [
        (PLAIN, True, 95.0),  # 2.5 ATR of 2 below 100
        (PLAIN, False, 105.0),
        (FIXED, True, 95.0),
        (FIXED, False, 105.0),
        (NONE, True, None),
        (NONE, False, None),
    ],
)
def test_the_profile_sets_the_stop(profile, is_long, stop):
    assert initial_stop(100.0, 2.0, is_long=is_long, profile=profile) == stop


def test_an_atr_stop_waits_for_the_atr_and_a_fixed_one_does_not():
    assert initial_stop(100.0, nan, is_long=True, profile=PLAIN) is None
    assert initial_stop(100.0, nan, is_long=True, profile=FIXED) == 95


def test_a_stop_at_zero_or_below_is_no_price():
    assert isnan(initial_stop(100.0, 40.0, is_long=True, profile=PLAIN))
    assert initial_stop(100.0, 40.0, is_long=False, profile=PLAIN) == 200
