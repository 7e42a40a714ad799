"""The methods that buy a share of equity, or of cash, wherever the stop is."""

import math

import pytest

from tests.rules.entries import book, decide, request, units_of


def test_a_fixed_fraction_is_a_notional_and_no_risk():
    for stop in (95.0, 50.0):
        assert decide(request(stop=stop), sizing=("fixed_fraction",)).units == 20.0
    assert decide(sizing=("fixed_fraction",), fixed_fraction=0.5).units == 500.0


def test_a_multiplier_makes_a_unit_dearer():
    assert decide(request(multiplier=10.0), sizing=("fixed_fraction",), fixed_fraction=0.5).units == 50.0


@pytest.mark.parametrize(("atr", "units"), [(2.0, 50), (4.0, 25), (0.5, 200), (0.0, 50)])
def test_inverse_volatility_scales_the_base_with_target_over_range(atr, units):
    assert decide(request(atr=atr), sizing=("inverse_volatility",)).units == units


def test_inverse_volatility_follows_the_profiles_base_and_target():
    changes = {"volatility_base": 0.10, "volatility_target": 0.01}
    assert decide(sizing=("inverse_volatility",), **changes).units == 50.0


def test_inverse_volatility_waits_for_the_range():
    ruling = decide(request(atr=math.nan), sizing=("inverse_volatility",))
    assert ruling.missing == ("inverse_volatility needs the average true range, which is not known yet",)


@pytest.mark.parametrize(
    ("confidence", "units"), [(0.54, 0), (0.55, 25), (0.60, 40), (0.75, 85), (0.8, 100), (1, 100)]
)
def test_confidence_buys_a_growing_part_of_the_largest_position(confidence, units):
    ruling = decide(request(confidence=confidence), sizing=("confidence",), max_position=0.10)
    assert ruling.units == units
    assert ruling.rule == "confidence"


def test_confidence_follows_the_profiles_line():
    line = {"confidence_low": 0.2, "confidence_high": 0.6, "confidence_floor": 0.5, "max_position": 0.10}
    assert decide(request(confidence=0.4), sizing=("confidence",), **line).units == 75.0


@pytest.mark.parametrize("method", ["confidence", "dynamic"])
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "{} needs buy(confidence=...) or a confidence(data) method"),
        (math.nan, "{} needs buy(confidence=...) or a confidence(data) method"),
        (80.0, "confidence must be a fraction in [0, 1], e.g. 0.7; received 80.0"),
        ("high", "confidence must be a fraction in [0, 1], e.g. 0.7; received 'high'"),
        (-0.1, "confidence must be a fraction in [0, 1], e.g. 0.7; received -0.1"),
    ],
)
def test_no_usable_confidence_is_no_proposal(method, given, reason):
    ruling = decide(request(confidence=given, annual_volatility=0.0), sizing=(method,), max_position=0.10)
    assert ruling.missing == (reason.format(method),)
    assert ruling.units == 0.0


@pytest.mark.parametrize(
    ("confidence", "volatility", "performance", "units"),
    [(0, 0, 1, 10), (0.5, 0.25, 1, 20), (1, 0.25, 1, 32), (1, 0, 1.25, 50), (1, 0, 9, 60), (1, 0, 0, 20)],
)
def test_dynamic_multiplies_signal_volatility_and_performance(confidence, volatility, performance, units):
    wish = request(confidence=confidence, annual_volatility=volatility, performance=performance)
    assert decide(wish, sizing=("dynamic",)).units == units


def test_dynamic_waits_for_the_volatility():
    ruling = decide(request(confidence=0.5), sizing=("dynamic",))
    assert ruling.missing == ("dynamic needs the annualised volatility, which is not known yet",)


def test_a_performance_that_is_no_number_is_no_proposal():
    wish = request(confidence=0.5, annual_volatility=0.2, performance=math.nan)
    said = "dynamic needs a finite performance_multiplier; received nan"
    assert decide(wish, sizing=("dynamic",)).missing == (said,)


def test_cash_fraction_spends_what_is_not_spoken_for():
    held = book(cash=50_000.0, pending_cash=10_000.0)
    assert units_of(decide(held=held, sizing=("cash_fraction",)))["cash_fraction"] == 380.0
    assert decide(held=book(cash=1_000.0, pending_cash=2_000.0), sizing=("cash_fraction",)).units == 0.0
