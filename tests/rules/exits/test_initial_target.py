from __future__ import annotations

from math import nan

import pytest

from bt_risk.rules.exits.initial_target import initial_target
from bt_risk.rules.profile import MODERATE

FIXED = MODERATE.replace(target="fixed", target_fraction=0.04)
ATR = MODERATE.replace(target="atr", target_atr=5.0)
R = MODERATE.replace(target="r", target_r=2.0)
FARTHER = MODERATE.replace(target="farther", target_atr=5.0, target_r=2.0)


@pytest.mark.parametrize(
    ("profile", "stop", "atr", "is_long", "expected"),
    [
        (FIXED, 98.0, nan, True, 104.0),
        (FIXED, 102.0, nan, False, 96.0),
        (ATR, None, 3.5, True, 117.5),
        (ATR, None, 3.5, False, 82.5),
        (R, 93.0, nan, True, 114.0),
        (R, 107.0, nan, False, 86.0),
        # 2 R is 17.5 at a stop of 2.5 ATR: the same as 5 ATR; a stop of 3 ATR lies 10.5 away, 2 R are 21
        (FARTHER, 91.25, 3.5, True, 117.5),
        (FARTHER, 89.5, 3.5, True, 121.0),
        (FARTHER, 110.5, 3.5, False, 79.0),
        (FARTHER, 95.0, 3.5, True, 117.5),  # 2 R are only 10
        (FARTHER, 105.0, 3.5, False, 82.5),
    ],
)
def test_a_target_lies_on_the_winning_side_at_the_profiles_distance(profile, stop, atr, is_long, expected):
    target = initial_target(100.0, stop, atr, is_long=is_long, profile=profile)
    assert target == pytest.approx(expected, rel=1e-12)


def test_the_farther_target_falls_back_on_the_one_that_is_known():
    assert initial_target(100.0, 95.0, nan, is_long=True, profile=FARTHER) == 110.0
    assert initial_target(100.0, None, 2.0, is_long=True, profile=FARTHER) == 110.0


@pytest.mark.parametrize(
    ("profile", "stop", "atr", "is_long"),
    [
        (MODERATE, 95.0, 2.0, True),  # targets are off
        (ATR, 95.0, nan, True),
        (R, None, 2.0, True),
        (R, nan, 2.0, True),
        (R, 105.0, 2.0, True),  # a stop above a long's entry is no risk to measure by
        (R, 100.0, 2.0, True),
        (FARTHER, None, nan, False),
        (ATR, 101.0, 20.0, False),  # 100 below a price of 100
        (ATR, 101.0, 20.1, False),
        (FIXED, 101.0, 20.0, None),
    ],
)
def test_without_a_measure_or_out_of_reach_there_is_no_target(profile, stop, atr, is_long):
    price = nan if is_long is None else 100.0
    assert initial_target(price, stop, atr, is_long=bool(is_long), profile=profile) is None
