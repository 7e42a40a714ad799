from __future__ import annotations

from math import isnan, nan

import pytest

from bt_risk.rules.exits.initial_stop import initial_stop
from bt_risk.rules.profile import MODERATE

FIXED = MODERATE.replace(stop="fixed", fixed_stop=0.02)
ATR = MODERATE.replace(stop="atr", atr_stop=2.5)


@pytest.mark.parametrize(
    ("profile", "is_long", "expected"),
    [(FIXED, True, 98.0), (FIXED, False, 102.0), (ATR, True, 95.0), (ATR, False, 105.0)],
)
def test_a_stop_lies_on_the_losing_side_at_the_profiles_distance(profile, is_long, expected):
    assert initial_stop(100.0, 2.0, is_long=is_long, profile=profile) == pytest.approx(expected)


def test_without_an_atr_or_a_stop_type_there_is_none():
    assert initial_stop(100.0, nan, is_long=True, profile=ATR) is None
    assert initial_stop(100.0, nan, is_long=True, profile=FIXED) == pytest.approx(98.0)
    none = MODERATE.replace(stop="none", trail="none", sizing=("cash_fraction",))
    assert initial_stop(100.0, 2.0, is_long=True, profile=none) is None


def test_a_stop_at_zero_or_below_protects_nothing():
    assert isnan(initial_stop(5.0, 2.0, is_long=True, profile=ATR))
