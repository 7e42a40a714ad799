"""The worked examples of configurations: keys renamed, nothing computed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bt_risk.rules.profile import MODERATE, breaker_limits, find_doubts, load_profile, risk_limits

CASES = json.loads((Path(__file__).parents[2] / "golden/golden_cases.json").read_text("utf-8"))["cases"]
FIELDS = {
    "risk_per_trade": "risk_per_trade",
    "max_drawdown": "drawdown_halt",
    "max_heat": "max_heat",
    "max_single": "max_position",
}
DOUBTS = {
    "risk_per_trade>5%": "risk_per_trade 0.051 is above 0.05",
    "max_drawdown>=20%": "drawdown_halt 0.2 is 0.2 or more",
    "max_heat>15%": "max_heat 0.151 is above 0.15",
    "single>30%": "max_position 0.31 is above 0.3",
}


def cases(function):
    found = [pytest.param(case, id=case["id"]) for case in CASES if case["function"] == function]
    assert found
    return found


@pytest.mark.parametrize("case", cases("config_validate"))
def test_a_doubtful_configuration_is_named(case):
    changes = {FIELDS[key]: value for key, value in case["inputs"].items()}
    doubts = find_doubts(MODERATE.replace(**changes, risk_per_trade_max=None))
    assert [doubt.split(":")[0] for doubt in doubts] == [
        DOUBTS[name] for name in case["expected"]["warnings"]
    ]


@pytest.mark.parametrize("case", cases("effective_config"))
def test_the_strongest_source_of_a_configuration_wins(case):
    sources = case["inputs"]
    base = load_profile(sources["profile"])
    profile = load_profile(
        {"base": base, "risk_management": sources["file"]}, environ=sources["env"], **sources["overrides"]
    )
    effective = {**risk_limits(profile), **breaker_limits(profile)}
    assert {key: effective[key] for key in case["expected"]} == case["expected"]
