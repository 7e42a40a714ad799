from __future__ import annotations

import dataclasses

from bt_risk.rules.profile import CONSERVATIVE, MODERATE, RiskProfile
from bt_risk.views.metrics import METRICS, printed_table
from bt_risk.views.profile_table import profile_table
from tests.views.frames import curves, table_of


def test_the_printed_comparison_has_a_row_a_metric_in_percent_and_counts():
    printed = printed_table(table_of(*curves(60)))
    assert list(printed.index) == [metric.label for metric in METRICS]
    assert printed.loc["volatility", "moderate"] == "12.0 %"
    assert printed.loc["Sharpe", "moderate"] == "0.42"
    assert printed.loc["trades", "aggressive"] == "2"
    assert printed.loc["in target band", "uncontrolled"] == "n/a"


def test_every_field_of_a_profile_is_listed():
    listed = profile_table([CONSERVATIVE, MODERATE])
    fields = [
        field.name.replace("_", " ") for field in dataclasses.fields(RiskProfile) if field.name != "name"
    ]
    assert list(listed.index) == fields
    assert list(listed.columns) == ["conservative", "moderate"]


def test_fractions_are_percent_multiples_plain_and_switches_words():
    further = {"heat_reserve": 0.2, "max_stressed_heat": 0.15, "max_correlated_heat": 0.09}
    listed = profile_table([MODERATE.replace(max_positions=None, **further)])["moderate"]
    assert listed["risk per trade"] == "2.33 %"
    assert listed["target heat"] == "6 to 8 %"
    assert [listed[field.replace("_", " ")] for field in further] == ["20 %", "15 %", "9 %"]
    assert listed["atr stop"] == "2.5"
    assert listed["max leverage"] == "1"
    assert listed["place stops"] == "yes"
    assert listed["max positions"] == "none"
    assert listed["sizing"] == "risk_per_trade"
