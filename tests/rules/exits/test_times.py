from __future__ import annotations

import datetime as dt

import pytest

from bt_risk.rules.exits.end_of_day import is_end_of_day
from bt_risk.rules.exits.time_limit import held_hours, is_held_too_long, signal_wait
from bt_risk.rules.profile import MODERATE


def test_hours_run_through_the_night():
    friday = dt.datetime(2024, 3, 1, 15, 30)
    assert held_hours(friday, dt.datetime(2024, 3, 4, 9, 30)) == 66.0
    assert held_hours(friday, friday) == 0.0


@pytest.mark.parametrize(
    ("hours", "bars", "expected"),
    [
        (23.9, 0, False),
        (24.0 * (1 - 2e-9), 0, False),
        (24.0 * (1 - 1e-12), 0, True),
        (24.0, 0, True),
        (0.0, 4, False),
        (0.0, 5, True),
        (0.0, 6, True),
    ],
)
def test_a_position_is_held_too_long_from_either_limit_on(hours, bars, expected):
    assert is_held_too_long(hours, bars, MODERATE.replace(max_hold=24.0, max_hold_bars=5)) is expected


def test_without_limits_a_position_is_never_held_too_long():
    assert not is_held_too_long(1e6, 10**6, MODERATE)


@pytest.mark.parametrize(
    ("hours", "wait"), [(0.0, 2.0), (0.5, 1.5), (2.0, 0.0), (2.0 - 1e-12, 0.0), (3.0, 0.0)]
)
def test_a_signal_waits_for_the_rest_of_the_minimum_hold(hours, wait):
    assert signal_wait(hours, MODERATE.replace(min_hold=2.0)) == pytest.approx(wait)
    assert signal_wait(hours, MODERATE) == 0.0


DAY_TRADER = MODERATE.replace(end_of_day="15:55")
LAST_BAR = MODERATE.replace(end_of_day="last_bar")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("15:54:59.999", False),
        ("15:55", True),
        ("15:55:00.5", True),
        ("15:55:30", True),
        ("15:56", True),
        ("23:59:59", True),
        ("00:00", False),
    ],
)
def test_the_day_is_over_at_its_time_and_after(now, expected):
    assert is_end_of_day(dt.time.fromisoformat(now), profile=DAY_TRADER) is expected


def test_a_short_day_ends_with_its_last_bar():
    assert is_end_of_day(dt.time(13, 0), is_last_bar=True, profile=DAY_TRADER)


def test_the_last_bar_alone_can_end_the_day():
    assert is_end_of_day(dt.time(13, 0), is_last_bar=True, profile=LAST_BAR)
    assert not is_end_of_day(dt.time(23, 0), profile=LAST_BAR)


def test_a_swing_trader_has_no_end_of_day():
    assert not is_end_of_day(dt.time(23, 0), is_last_bar=True, profile=MODERATE)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("18:00", False),
        ("23:00", False),
        ("02:00", False),
        ("16:54", False),
        ("16:55", True),
        ("17:30", True),
    ],
)
def test_a_session_over_midnight_is_ordered_from_its_start(now, expected):
    futures = MODERATE.replace(end_of_day="16:55")
    found = is_end_of_day(dt.time.fromisoformat(now), profile=futures, session_start=dt.time(18, 0))
    assert found is expected
