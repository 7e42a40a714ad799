from __future__ import annotations

from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.rules.alerts import Alert, alert_level, risk_alerts, step_alerts
from bt_risk.rules.profile import MODERATE
from bt_risk.rules.reading import RiskReading

OWN = MODERATE.replace(
    max_positions=20,
    alert_drawdown=0.15,
    alert_positions=15,
    alert_daily_loss=0.08,
    alert_correlation=0.80,
)
# halts at 15 % and 5 %, ten positions, correlation 0.7: alerts at 12 %, 4 %, eight positions, 0.56
FROM_LIMITS = MODERATE.replace(max_positions=10, max_correlation=0.70)


def raised(profile=OWN, **numbers):
    return [(alert.level, alert.kind) for alert in risk_alerts(RiskReading(**numbers), profile)]


@pytest.mark.parametrize(
    ("drawdown", "positions", "daily_loss", "correlation", "expected"),
    [
        (0.15, 15, 0.08, 0.80, []),
        (0.15 * (1 + 1e-12), 15, 0.08, 0.80, []),
        (0.15 * (1 + 2e-9), 15, 0.08, 0.80, [("high", "drawdown")]),
        (
            0.1501,
            16,
            0.0801,
            0.81,
            [
                ("high", "drawdown"),
                ("medium", "position_count"),
                ("high", "daily_loss"),
                ("medium", "correlation"),
            ],
        ),
        (nan, 0, nan, nan, []),
    ],
)
def test_an_alert_is_raised_above_its_level(drawdown, positions, daily_loss, correlation, expected):
    found = raised(drawdown=drawdown, positions=positions, daily_loss=daily_loss, correlation=correlation)
    assert found == expected


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"drawdown": 0.12}, []),
        ({"drawdown": 0.1201}, ["drawdown"]),
        ({"daily_loss": 0.04}, []),
        ({"daily_loss": 0.0401}, ["daily_loss"]),
        ({"positions": 8}, []),
        ({"positions": 9}, ["position_count"]),
        ({"correlation": 0.56}, []),
        ({"correlation": 0.57}, ["correlation"]),
    ],
)
def test_without_a_level_of_its_own_an_alert_precedes_the_hard_limit(numbers, expected):
    assert [kind for _, kind in raised(FROM_LIMITS, **numbers)] == expected


@pytest.mark.parametrize(
    ("own", "limits", "level"),
    [
        (0.1, (0.2,), 0.1),
        (None, (0.2,), 0.16),
        (None, (None, 0.3), 0.24),
        (None, (0.2, 0.3), 0.16),
        (None, (None,), None),
        (None, (), None),
    ],
)
def test_the_level_is_its_own_or_four_fifths_of_the_first_limit(own, limits, level):
    assert alert_level(own, *limits) == pytest.approx(level)


def test_without_any_limit_there_is_no_alert():
    bare = MODERATE.replace(
        drawdown_halt=None,
        drawdown_reduce=None,
        drawdown_emergency=None,
        daily_loss=None,
        max_positions=None,
    )
    assert raised(bare, drawdown=0.9, positions=99, daily_loss=0.9, correlation=1.0) == []


def test_an_alert_carries_its_numbers():
    (drawdown, count) = risk_alerts(RiskReading(drawdown=0.16, positions=16), OWN)
    assert drawdown == Alert("drawdown", "high", "drawdown 16.00% above 15.00%", 0.16, 0.15)
    assert count.text == "position count 16 above 15"


def test_an_alert_is_raised_once_until_its_number_has_come_down():
    kinds, told = frozenset(), []
    # 13.5 % is 90 % of the level
    for drawdown in (0.15, 0.16, 0.14, 0.16, nan, 0.16, 0.135, 0.16):
        kinds, alerts = step_alerts(kinds, RiskReading(drawdown=drawdown), OWN)
        told.append([alert.kind for alert in alerts])
    assert told == [[], ["drawdown"], [], [], [], [], [], ["drawdown"]]


@settings(derandomize=True, max_examples=100, deadline=None)
@given(drawdowns=st.lists(st.floats(0.1351, 0.2), max_size=30))
def test_a_number_that_trembles_around_its_level_is_told_once(drawdowns):
    kinds, told = frozenset(), 0
    for drawdown in drawdowns:
        kinds, alerts = step_alerts(kinds, RiskReading(drawdown=drawdown), OWN)
        told += len(alerts)
    assert told <= 1
