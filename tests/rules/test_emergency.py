from __future__ import annotations

import datetime as dt
from math import nan

import pytest

from bt_risk.rules.emergency import (
    EmergencyObservation,
    EmergencyStop,
    emergency_conditions,
    reset_emergency,
    step_emergency,
)
from bt_risk.rules.notice import Action
from bt_risk.rules.profile import MODERATE

PROFILE = MODERATE.replace(drawdown_emergency=0.30, emergency_positions=20, emergency_daily_loss=0.15)
DAY = dt.date(2024, 3, 1)


def names(drawdown=0.05, positions=5, daily_loss=0.01, profile=PROFILE, **options):
    return [c.name for c in emergency_conditions(drawdown, daily_loss, positions, profile, **options)]


@pytest.mark.parametrize(
    ("drawdown", "positions", "daily_loss", "expected"),
    [
        (0.05, 20, 0.01, []),
        (0.05, 21, 0.01, ["position_count"]),
        (0.05, 5, 0.15, []),
        (0.05, 5, 0.15 * (1 + 1e-12), []),
        (0.05, 5, 0.15 * (1 + 2e-9), ["daily_loss"]),
        (0.05, 5, 0.151, ["daily_loss"]),
        (0.30, 5, 0.01, []),
        (0.3001, 5, 0.01, ["drawdown"]),
        (0.31, 30, 0.2, ["drawdown", "position_count", "daily_loss"]),
        (nan, 5, nan, []),
    ],
)
def test_an_emergency_begins_above_each_limit(drawdown, positions, daily_loss, expected):
    assert names(drawdown, positions, daily_loss) == expected


def test_a_critical_risk_level_counts_only_where_it_is_asked_for():
    assert names(0.2001) == []
    assert names(0.20, critical_level=True) == []
    assert names(0.2001, critical_level=True) == ["risk_level"]
    assert names(0.31, 21, critical_level=True) == ["drawdown", "risk_level", "position_count"]
    assert names(nan, critical_level=True) == []


def test_limits_that_are_off_and_failures_elsewhere():
    off = MODERATE.replace(drawdown_emergency=None)
    assert names(0.99, 99, 0.99, off) == []
    assert names(0.99, 99, 0.99, off, failures=("feed_failed",)) == ["feed_failed"]


def seen(drawdown=0.0, daily_loss=0.0, positions=0, failures=(), day=0):
    return EmergencyObservation(DAY + dt.timedelta(days=day), drawdown, daily_loss, positions, failures)


def test_the_stop_is_ordered_once_and_records_every_reason():
    stop, notices = step_emergency(EmergencyStop(), seen(daily_loss=0.16), PROFILE)
    (notice,) = notices
    assert (notice.kind, notice.level, notice.action) == (
        "emergency_stop",
        "critical",
        Action.EMERGENCY_STOP,
    )
    assert notice.text == "emergency stop: daily loss 16.00% above 15.00%"
    assert (notice.value, notice.limit) == (0.16, 0.15)
    for observation in (
        seen(daily_loss=0.17),
        seen(daily_loss=0.17, drawdown=0.31),
        seen(daily_loss=0.14, drawdown=0.29),
        seen(daily_loss=0.16, drawdown=0.31, failures=("feed_failed",)),
    ):
        stop, notices = step_emergency(stop, observation, PROFILE)
        assert notices == ()
        assert stop.is_latched
    assert [condition.name for condition in stop.conditions] == ["daily_loss", "drawdown", "feed_failed"]


def test_a_quiet_account_latches_nothing():
    idle = EmergencyStop()
    assert step_emergency(idle, seen(), PROFILE) == (idle, ())
    assert not idle.is_latched


def test_only_a_reset_unlatches_and_what_still_holds_does_not_latch_again():
    stop, _ = step_emergency(EmergencyStop(), seen(failures=("feed_failed",)), PROFILE)
    stop, _ = step_emergency(stop, seen(), PROFILE)
    assert stop.is_latched
    stop, _ = step_emergency(stop, seen(failures=("feed_failed",)), PROFILE)
    stop = reset_emergency(stop)
    assert not stop.is_latched
    stop, notices = step_emergency(stop, seen(failures=("feed_failed",)), PROFILE)
    assert (stop.is_latched, notices) == (False, ())
    stop, _ = step_emergency(stop, seen(), PROFILE)
    stop, notices = step_emergency(stop, seen(failures=("feed_failed",)), PROFILE)
    assert stop.is_latched
    assert len(notices) == 1


def test_a_days_loss_after_a_reset_is_another_one_on_another_day():
    stop, _ = step_emergency(EmergencyStop(), seen(daily_loss=0.16), PROFILE)
    stop, notices = step_emergency(reset_emergency(stop), seen(daily_loss=0.17), PROFILE)
    assert notices == ()
    stop, notices = step_emergency(stop, seen(daily_loss=0.16, day=1), PROFILE)
    assert stop.is_latched
    assert len(notices) == 1
