"""Bad parameters raise one clear line when the sizer is made."""

import pytest

from bt_risk import sizers
from bt_risk.errors import BtRiskError
from bt_risk.rules.profile.domains import SIZING_METHODS
from bt_risk.sizers import (
    ConfidenceSizer,
    DynamicSizer,
    FixedFractionalSizer,
    HeatAwareSizer,
    KellySizer,
    RegimeSizer,
    RiskPerTradeSizer,
    SmallestOfSizer,
    VolatilitySizer,
    make_sizer,
)
from tests.sizers.runs import BUY, calm, run

ALL = (
    ConfidenceSizer,
    DynamicSizer,
    FixedFractionalSizer,
    HeatAwareSizer,
    KellySizer,
    RegimeSizer,
    RiskPerTradeSizer,
    VolatilitySizer,
)


@pytest.mark.parametrize(
    ("kind", "params", "message"),
    [
        (RiskPerTradeSizer, {"risk_per_trade": 2}, "RiskPerTradeSizer: risk_per_trade must be"),
        (RiskPerTradeSizer, {"risk_money": -5}, "RiskPerTradeSizer: risk_money must be"),
        (RiskPerTradeSizer, {"stop": "ATR"}, "RiskPerTradeSizer: stop must be one of atr, fixed, none"),
        (RiskPerTradeSizer, {"stop": "none"}, "RiskPerTradeSizer: sizing 'risk_per_trade' needs a stop"),
        (RiskPerTradeSizer, {"lot": -1}, "RiskPerTradeSizer: lot must be"),
        (RiskPerTradeSizer, {"atr_period": 0}, "RiskPerTradeSizer: atr_period must be"),
        (
            RiskPerTradeSizer,
            {"risk": 0.01},
            "RiskPerTradeSizer: unknown parameter 'risk', known: atr_period, atr_stop",
        ),
        (KellySizer, {"kelly_fraction": 25}, "KellySizer: kelly_fraction must be"),
        (KellySizer, {"kelly_prior": (2, 1)}, "KellySizer: kelly_prior win rate must be"),
        (KellySizer, {"fallback": 1.5}, "KellySizer: fallback must be a fraction in"),
        (FixedFractionalSizer, {"fixed_fraction": 0}, "FixedFractionalSizer: fixed_fraction must be"),
        (
            VolatilitySizer,
            {"method": "vix"},
            "VolatilitySizer: method must be one of inverse_volatility, atr_risk",
        ),
        (VolatilitySizer, {"volatility_target": None}, "VolatilitySizer: volatility_target must be"),
        (ConfidenceSizer, {"confidence_low": 0.9}, "ConfidenceSizer: confidence_low 0.9 must be below"),
        (
            ConfidenceSizer,
            {"max_position": None},
            "ConfidenceSizer: sizing 'confidence' takes a part of max_position",
        ),
        (RegimeSizer, {"regime_mismatch": -1}, "RegimeSizer: regime_mismatch must be"),
        (
            RegimeSizer,
            {"risk_per_trade": 0.03},
            "RegimeSizer: risk_per_trade 0.03 exceeds risk_per_trade_max 0.02",
        ),
        (
            DynamicSizer,
            {"volatility_period": 1},
            "DynamicSizer: volatility_period must be a whole number >= 2",
        ),
        (
            DynamicSizer,
            {"volatility_period": 2.5},
            "DynamicSizer: volatility_period must be a whole number >= 2",
        ),
        (DynamicSizer, {"bars_a_year": 0}, "DynamicSizer: bars_a_year must be a number > 0"),
        (DynamicSizer, {"bars_a_year": "many"}, "DynamicSizer: bars_a_year must be a number > 0"),
        (HeatAwareSizer, {"max_heat": 10}, "HeatAwareSizer: max_heat must be"),
        (HeatAwareSizer, {"base": (RiskPerTradeSizer, {"lot": -1})}, "RiskPerTradeSizer: lot must be"),
    ],
)
def test_a_bad_parameter_is_one_line_that_names_the_sizer(kind, params, message):
    with pytest.raises(BtRiskError) as raised:
        kind(**params)
    text = str(raised.value)
    assert text.startswith(message)
    assert "\n" not in text
    assert "profile" not in text


def test_several_bad_parameters_are_named_at_once():
    with pytest.raises(BtRiskError, match=r"volatility_period .*; bars_a_year"):
        DynamicSizer(volatility_period=0, bars_a_year=-1)


def test_a_run_with_bad_parameters_does_not_begin():
    with pytest.raises(BtRiskError, match="risk_per_trade must be"):
        run(calm(3), sizer=(RiskPerTradeSizer, {"risk_per_trade": 2}), script={1: BUY})


@pytest.mark.parametrize("kind", ALL)
def test_the_defaults_are_good(kind):
    assert kind().refusals == []


@pytest.mark.parametrize("method", sorted(set(SIZING_METHODS) - {"cash_fraction"}))
def test_every_method_of_a_profile_is_a_sizer(method):
    sizer = make_sizer(method, lot=0.5)
    assert (method, sizer.p.lot) == (sizer.METHODS[0], 0.5)


def test_an_unknown_method_is_an_error():
    with pytest.raises(BtRiskError, match=r"method must be one of risk_per_trade, kelly, .*; received 'vix'"):
        make_sizer("vix")


def test_every_sizer_is_public_and_documented():
    assert {kind.__name__ for kind in (*ALL, SmallestOfSizer)} <= set(sizers.__all__)
    assert all(getattr(sizers, name).__doc__ for name in sizers.__all__)
