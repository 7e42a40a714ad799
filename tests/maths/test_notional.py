from __future__ import annotations

from math import inf, isnan, nan

import pytest

from bt_risk.maths import notional


@pytest.mark.parametrize(
    ("equity", "fraction", "maximum", "expected"),
    [
        (10_000, 0.02, inf, 200),
        (10_000, 0.15, 0.10, 1000),
        (10_000, 0.10, 0.10, 1000),
        (0, 0.02, inf, 0),
        (-5, 0.02, inf, 0),
        (10_000, -0.02, inf, 0),
    ],
)
def test_fixed_fractional_is_a_capped_share_of_equity(equity, fraction, maximum, expected):
    assert notional.fixed_fractional(equity, fraction, maximum=maximum) == expected


@pytest.mark.parametrize(
    ("equity", "risk", "stop_distance", "expected"),
    [
        (500, 0.01, 0.02, 250),
        (500, 0.01, 0.0875, 5 / 0.0875),
        (100_000, 0.04, 0.04, 100_000),
        (0, 0.01, 0.02, 0),
    ],
)
def test_the_notional_for_a_risk_grows_as_the_stop_nears(equity, risk, stop_distance, expected):
    assert notional.risk_notional(equity, risk, stop_distance) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("base", "volatility", "expected"),
    [
        (500, 0.02, 500),
        (500, 0.005, 1000),
        (500, 0.08, 125),
        (500, 0.0, 500),
        (2000, 0.0, 1000),
        (500, -1, 500),
    ],
)
def test_inverse_volatility_is_capped_in_every_branch(base, volatility, expected):
    assert notional.inverse_volatility(base, volatility, maximum=1000) == expected


@pytest.mark.parametrize(
    ("strength", "volatility", "performance", "expected"),
    [
        (0, 0, 1, 100),
        (0.5, 0.25, 1, 200),
        (1, 0.25, 1, 320),
        (1, 0, 1.5, 600),
        (1, 0, 9, 600),  # the performance factor is clamped to 1.5
        (1, 0, 0, 200),
    ],
)
def test_the_dynamic_notional_multiplies_its_factors(strength, volatility, performance, expected):
    found = notional.dynamic_notional(
        10_000, signal_strength=strength, volatility=volatility, performance=performance
    )
    assert found == pytest.approx(expected)


def test_the_performance_is_neutral_unless_it_is_given():
    assert notional.dynamic_notional(10_000, signal_strength=0.5, volatility=0.25) == pytest.approx(200)


def test_the_dynamic_notional_is_capped_last():
    found = notional.dynamic_notional(
        10_000, signal_strength=1, volatility=0, performance=3, performance_bounds=(0, inf)
    )
    assert found == 1000


@pytest.mark.parametrize(
    ("size", "expected"), [(10, 0), (24.99, 0), (25, 25), (25 - 1e-9, 25), (31.25, 31.25), (250, 50)]
)
def test_a_size_below_the_minimum_is_skipped_and_never_raised(size, expected):
    assert notional.cap_or_skip(size, minimum=25, maximum=50) == pytest.approx(expected)


def test_a_cap_below_the_minimum_skips_the_trade():
    assert notional.cap_or_skip(30, minimum=25, maximum=20) == 0


@pytest.mark.parametrize(
    "undefined",
    [
        notional.fixed_fractional(nan, 0.02),
        notional.fixed_fractional(100, nan),
        notional.fixed_fractional(100, 0.02, maximum=nan),
        notional.risk_notional(500, 0.01, 0.0),
        notional.risk_notional(500, 0.01, nan),
        notional.inverse_volatility(500, nan),
        notional.inverse_volatility(nan, 0.02),
        notional.inverse_volatility(500, 0.02, maximum=nan),
        notional.dynamic_notional(500, signal_strength=nan, volatility=0.1),
        notional.dynamic_notional(500, signal_strength=1, volatility=0.1, performance=nan),
        notional.cap_or_skip(nan, minimum=0, maximum=1),
        notional.cap_or_skip(1, minimum=0, maximum=nan),
    ],
)
def test_a_notional_from_the_unknown_is_undefined(undefined):
    assert isnan(undefined)
