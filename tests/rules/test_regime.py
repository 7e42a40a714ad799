import math

import pytest

from bt_risk.rules.regime import Regime, read_regime


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (Regime("bearish", 0.5), Regime("bearish", 0.5)),
        (Regime(None, 2), Regime("None", 2.0)),
        ("bullish", Regime("bullish", 1.0)),
        (1.2, Regime("neutral", 1.2)),
        ({"trend": "bullish", "risk_multiplier": 1.2}, Regime("bullish", 1.2)),
        ({"trend": "bearish"}, Regime("bearish", 1.0)),
        ({"risk_multiplier": 2}, Regime("neutral", 2.0)),
    ],
)
def test_a_regime_may_be_written_in_several_ways(written, meant):
    assert read_regime(written) == meant


@pytest.mark.parametrize(
    "nonsense", [["bullish"], object(), {"risk_multiplier": "much"}, Regime("bullish", "much")]
)
def test_nonsense_is_kept_as_a_multiplier_that_is_no_number(nonsense):
    assert math.isnan(read_regime(nonsense).multiplier)


def test_nothing_goes_against_a_neutral_trend():
    sides = [
        (trend, Regime(trend).is_against(is_long=side))
        for side in (True, False)
        for trend in ("bullish", "bearish", "neutral")
    ]
    assert [trend for trend, is_against in sides if is_against] == ["bearish", "bullish"]
