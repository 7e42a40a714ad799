from __future__ import annotations

from math import nan

import pytest

from bt_risk.rules.profile import MODERATE
from bt_risk.rules.reading import RiskReading
from bt_risk.rules.recommendations import recommend
from bt_risk.rules.tiers import Tier

PROFILE = MODERATE.replace(max_positions=10, emergency_daily_loss=0.15)
HEALTHY = {
    "drawdown": 0.05,
    "daily_loss": 0.0,
    "positions": 5,
    "correlation": 0.3,
    "utilisation": 0.5,
    "concentration": 0.25,
    "effective_positions": 4.5,
}


def advice(profile=PROFILE, **numbers):
    return recommend(RiskReading(**{**HEALTHY, **numbers}), profile)


def kinds(profile=PROFILE, **numbers):
    return [given.kind for given in advice(profile, **numbers)]


def test_a_healthy_account_is_left_alone():
    assert advice() == ()


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"drawdown": 0.31}, ["close_all", "halt", "reduce_size"]),
        ({"daily_loss": 0.16}, ["close_all", "halt", "reduce_size"]),
        ({"daily_loss": 0.05}, ["halt", "reduce_size"]),
        ({"daily_loss": 0.041}, ["reduce_size"]),
        ({"daily_loss": 0.04}, []),
        ({"drawdown": 0.15}, ["halt", "reduce_size"]),
        ({"drawdown": 0.1001}, ["reduce_size"]),
        ({"drawdown": 0.10}, []),
        ({"tier": Tier.WARNING}, ["be_selective"]),
        ({"tier": Tier.CRITICAL}, ["wait"]),
        ({"tier": Tier.EMERGENCY}, ["close_highest_risk"]),
        ({"correlation": 0.57}, ["diversify"]),
        ({"correlation": 0.56}, []),
        ({"concentration": 0.31}, ["diversify"]),
        ({"concentration": 0.30}, []),
        ({"effective_positions": 2.9}, ["diversify"]),
        ({"effective_positions": 3.0}, []),
        ({"positions": 0, "effective_positions": 0.0, "correlation": 1.0}, []),
    ],
)
def test_each_number_has_its_advice_the_gravest_first(numbers, expected):
    assert kinds(**numbers) == expected


def test_the_advice_names_the_number_and_the_position():
    (close,) = advice(tier=Tier.EMERGENCY, utilisation=1.21, riskiest="AMZN")
    assert close.text == "close AMZN: heat is at 121% of its limit"
    (unnamed,) = advice(tier=Tier.EMERGENCY, utilisation=1.21)
    assert unnamed.text == "close the highest risk: heat is at 121% of its limit"
    assert advice(drawdown=0.31)[0].text == "close everything and review: drawdown 31.00% above 30.00%"


def test_a_book_kept_small_by_its_profile_is_not_told_to_grow():
    three = MODERATE.replace(max_positions=3)
    assert kinds(three, positions=3, concentration=0.6, effective_positions=2.3) == ["diversify"]
    assert kinds(three, positions=3, concentration=0.6, effective_positions=3.0) == []
    four = MODERATE.replace(max_positions=4)
    assert kinds(four, positions=3, concentration=0.6, effective_positions=3.0) == ["diversify"]
    two = MODERATE.replace(max_positions=2)
    assert kinds(two, positions=2, concentration=0.9, effective_positions=1.2) == []
    free = MODERATE.replace(max_positions=None)
    assert kinds(free, concentration=0.31) == ["diversify"]


def test_the_profiles_own_correlation_limit_is_the_measure():
    strict = MODERATE.replace(max_correlation=0.5)
    assert kinds(strict, positions=2, correlation=0.41, effective_positions=nan) == ["diversify"]


def test_without_limits_or_numbers_nothing_is_advised():
    off = MODERATE.replace(daily_loss=None, drawdown_halt=None, drawdown_reduce=None, drawdown_emergency=None)
    assert recommend(RiskReading(), off) == ()
    assert kinds(off, daily_loss=0.9) == []
    assert recommend(RiskReading(positions=3), PROFILE) == ()
