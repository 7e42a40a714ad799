from __future__ import annotations

from math import isnan, nan

import pytest

from bt_risk.maths import multipliers


@pytest.mark.parametrize(
    ("strength", "expected"), [(0, 0.5), (1 / 3, 1.0), (0.75, 1.625), (1, 2.0), (2, 2.0), (-1, 0.5)]
)
def test_the_signal_multiplier_runs_from_a_half_to_two(strength, expected):
    assert multipliers.signal_multiplier(strength) == pytest.approx(expected)


@pytest.mark.parametrize(("volatility", "expected"), [(0, 1.0), (0.25, 0.8), (0.5, 2 / 3), (1, 0.5)])
def test_damped_volatility_shrinks_gently(volatility, expected):
    assert multipliers.damped_volatility(volatility) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("volatility", "expected"),
    [
        (0.0, 1.0),
        (0.20, 1.0),  # at a threshold is not above it
        (0.10 * 2.0000000001, 1.0),
        (0.2001, 0.75),
        (0.30, 0.75),
        (0.3001, 0.5),
        (0.45, 0.5),
    ],
)
def test_the_volatility_tier_is_the_first_threshold_exceeded(volatility, expected):
    assert multipliers.volatility_tier(volatility) == expected


def test_volatility_tiers_can_be_given():
    assert multipliers.volatility_tier(0.6, ((0.5, 0.1),)) == 0.1
    assert multipliers.volatility_tier(0.6, ()) == 1.0


@pytest.mark.parametrize(
    ("confidence", "expected"),
    [
        (0.54, 0.0),
        (0.5499999, 0.0),
        (0.55, 0.25),
        (0.55 - 1e-12, 0.25),
        (0.60, 0.40),  # a fifth of the way from 0.25 to 1
        (0.75, 0.85),
        (0.80, 1.0),
        (0.95, 1.0),
        (1.0, 1.0),
    ],
)
def test_confidence_scales_from_its_floor_to_one(confidence, expected):
    assert multipliers.confidence_multiplier(confidence) == pytest.approx(expected)


def test_the_confidence_line_can_be_moved():
    assert multipliers.confidence_multiplier(0.5, low=0.0, high=1.0, floor=0.0) == 0.5
    assert multipliers.confidence_multiplier(0.7, low=0.7, high=0.7) == 1.0


@pytest.mark.parametrize(("conviction", "expected"), [("high", 2.0), ("medium", 1.0), ("low", 0.5)])
def test_conviction_doubles_or_halves_the_normal_risk(conviction, expected):
    assert multipliers.conviction_multiplier(conviction) == expected


def test_an_unknown_conviction_is_undefined():
    assert isnan(multipliers.conviction_multiplier("HIGH"))


@pytest.mark.parametrize(
    ("multiplier", "options", "expected"),
    [
        (1.2, {}, 1.2),
        (1.2, {"is_aligned": False}, 0.6),
        (1.2, {"is_aligned": False, "against": 0.0}, 0.0),
        (0.0, {}, 0.0),
    ],
)
def test_a_regime_halves_a_trade_against_its_trend(multiplier, options, expected):
    assert multipliers.regime_multiplier(multiplier, **options) == expected


def test_no_multiplier_lifts_a_risk_beyond_its_maximum():
    assert multipliers.scaled(0.02, 1.2) == pytest.approx(0.024)
    assert multipliers.scaled(0.02, 1.2, maximum=0.02) == 0.02


def test_concurrent_positions_share_the_base():
    assert multipliers.concurrent_share(31.25, 0) == 31.25
    assert multipliers.concurrent_share(31.25, 2) == pytest.approx(10.4166667)
    assert multipliers.concurrent_shares(30, 3) == [30, 15, 10]
    assert multipliers.concurrent_shares(30, 0) == []


@pytest.mark.parametrize(
    "undefined",
    [
        multipliers.signal_multiplier(nan),
        multipliers.damped_volatility(-0.1),
        multipliers.damped_volatility(nan),
        multipliers.volatility_tier(nan),
        multipliers.confidence_multiplier(nan),
        multipliers.regime_multiplier(-1.0),
        multipliers.regime_multiplier(nan),
        multipliers.scaled(nan, 1.0),
        multipliers.concurrent_share(1.0, -1),
    ],
)
def test_a_multiplier_of_the_unknown_is_undefined(undefined):
    assert isnan(undefined)
