from __future__ import annotations

from math import nan

import pytest

from bt_risk.rules.halts.risk_level import RiskLevel, risk_level


@pytest.mark.parametrize(
    ("drawdown", "level"),
    [
        (0.0, "LOW"),
        (0.05, "LOW"),
        (0.10, "LOW"),  # a threshold belongs to the level below it
        (0.10 * (1 + 1e-12), "LOW"),
        (0.10 * (1 + 2e-9), "MEDIUM"),
        (0.15, "MEDIUM"),
        (0.1501, "HIGH"),
        (0.20, "HIGH"),
        (0.2001, "CRITICAL"),
        (0.30, "CRITICAL"),
        (1.5, "CRITICAL"),
    ],
)
def test_a_level_begins_above_its_threshold(drawdown, level):
    assert risk_level(drawdown) is RiskLevel[level]


def test_other_thresholds_can_be_given():
    assert risk_level(0.06, (0.05, 0.10, 0.15)) is RiskLevel.MEDIUM


def test_an_undefined_drawdown_has_no_level():
    assert risk_level(nan) is None
