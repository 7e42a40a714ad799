"""The methods that risk the budget on something else than the plain stop."""

import math

import pytest

from bt_risk.rules.regime import Regime
from tests.rules.entries import decide, request, units_of


@pytest.mark.parametrize(("multiplier", "units"), [(1.0, 500), (10.0, 50)])
def test_atr_risk_loses_the_budget_in_one_range(multiplier, units):
    ruling = decide(request(multiplier=multiplier, is_long=False, stop=105.0), sizing=("atr_risk",))
    assert ruling.units == units


@pytest.mark.parametrize("atr", [math.nan, 0.0])
def test_atr_risk_waits_for_a_range(atr):
    ruling = decide(request(atr=atr), sizing=("atr_risk",))
    assert ruling.missing == ("atr_risk needs an average true range above zero, which is not known yet",)


@pytest.mark.parametrize("method", ["atr_risk", "regime"])
def test_a_budget_that_is_missing_is_missing_here_too(method):
    wish = request(regime=Regime())
    ruling = decide(wish, sizing=(method,), allocation="conviction")
    assert ruling.missing == (
        "allocation 'conviction' needs buy(conviction=...) or a conviction(data) method",
    )


@pytest.mark.parametrize(
    ("regime", "is_long", "units"),
    [
        (Regime(), True, 200),
        (Regime("neutral", 1.2), True, 240),
        (Regime("bullish", 1.2), True, 240),
        (Regime("bearish", 1.2), True, 120),
        (Regime("bullish", 1.2), False, 120),
        (Regime("bearish", 0.5), False, 100),
        (Regime("bullish", 0.0), True, 0),
    ],
)
def test_a_regime_scales_the_risk_and_halves_it_against_the_trend(regime, is_long, units):
    wish = request(regime=regime, is_long=is_long, stop=95.0 if is_long else 105.0)
    assert decide(wish, sizing=("regime",)).units == units


def test_the_multiplier_never_lifts_the_risk_above_its_bound():
    ruling = decide(request(regime=Regime(multiplier=1.2)), sizing=("regime",), risk_per_trade_max=0.01)
    assert (ruling.units, ruling.rule) == (200.0, "risk_per_trade_max")
    assert units_of(ruling)["regime"] == 240.0


def test_the_profile_sets_the_cut_against_the_trend():
    wish = request(regime=Regime("bearish"))
    assert decide(wish, sizing=("regime",), regime_mismatch=0.0).units == 0.0
    assert decide(wish, sizing=("regime",), regime_mismatch=1.0).units == 200.0


@pytest.mark.parametrize(
    ("regime", "reason"),
    [
        (None, "regime needs buy(regime=...) or a regime(data) method"),
        (Regime("up"), "regime trend must be one of bullish, bearish, neutral; received 'up'"),
        (Regime(multiplier=math.nan), "regime multiplier must be a number >= 0, e.g. 1.2; received nan"),
        (Regime(multiplier=-1.0), "regime multiplier must be a number >= 0, e.g. 1.2; received -1.0"),
        (Regime(multiplier=math.inf), "regime multiplier must be a number >= 0, e.g. 1.2; received inf"),
    ],
)
def test_no_usable_regime_is_no_proposal(regime, reason):
    assert decide(request(regime=regime), sizing=("regime",)).missing == (reason,)
