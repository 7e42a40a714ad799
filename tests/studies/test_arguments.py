from __future__ import annotations

import pytest

from bt_risk import BtRiskError, PriceError, ProfileError, StrategyError, compare_profiles
from tests.studies.frames import MARKETS, Periodic


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"profiles": "modest"}, ProfileError, "unknown profile 'modest'"),
        (
            {"profiles": []},
            ProfileError,
            "profiles must name at least one profile, e.g. 'moderate'; received none",
        ),
        ({"profiles": ["moderate", "MODERATE"]}, ProfileError, "different names; received 'moderate' twice"),
        ({"cash": -1.0}, BtRiskError, "cash must be an amount > 0, e.g. 100000; received -1.0"),
        ({"cash": float("nan")}, BtRiskError, "cash must be an amount > 0"),
        ({"cash": "much"}, BtRiskError, "cash must be an amount > 0, e.g. 100000; received 'much'"),
        (
            {"commission": 2},
            BtRiskError,
            r"commission must be a fraction in \[0, 1\), e.g. 0.001 for 0.1 %; received 2",
        ),
        ({"slippage": -0.1}, BtRiskError, "slippage must be a fraction"),
        ({"jobs": 0}, BtRiskError, "jobs must be a whole number >= 1, e.g. 2; received 0"),
        ({"jobs": True}, BtRiskError, "jobs must be a whole number"),
        ({"params": {"evry": 3}}, StrategyError, "Periodic has no parameter 'evry'; its parameters: every"),
        ({"params": {"profile": "moderate"}}, StrategyError, "Periodic has no parameter 'profile'"),
        ({"data": {}}, PriceError, "data must name at least one series, e.g. 'AAPL'; received none"),
        ({"data": MARKETS["AAA"]}, PriceError, "data must give each frame a name"),
        ({"data": ["IBM", "ibm"]}, PriceError, "data must have different names; received 'IBM' twice"),
        ({"data": ["NOWHERE"]}, PriceError, "received 'NOWHERE'"),
        ({"start": "2030-01-01"}, PriceError, "the range from start to end must hold prices"),
        ({"start": "soon"}, PriceError, "start must be an ISO date"),
        ({"strategy": "SmaCross"}, StrategyError, "must be a class derived from backtrader.Strategy"),
        ({"strategy": dict}, StrategyError, "must be a class derived from backtrader.Strategy"),
    ],
)
def test_what_is_not_allowed_is_refused_before_anything_runs(changes, error, message):
    arguments = {
        "strategy": Periodic,
        "data": MARKETS,
        "profiles": ["moderate"],
        "baselines": False,
        **changes,
    }
    with pytest.raises(error, match=message) as caught:
        compare_profiles(**arguments)
    assert "\n" not in str(caught.value)


def test_every_wrong_number_is_named_at_once():
    with pytest.raises(BtRiskError, match=r"cash must .*; commission must .*; jobs must"):
        compare_profiles(Periodic, MARKETS, cash=0, commission=5, jobs=-1)
