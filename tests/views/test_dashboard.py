from __future__ import annotations

import dataclasses
import doctest

import pytest

from bt_risk import AGGRESSIVE, CONSERVATIVE, MODERATE, UNCONTROLLED
from bt_risk.rules.heat_metrics import heat_metrics
from bt_risk.rules.tiers import Tier
from bt_risk.views import dashboard
from bt_risk.views.dashboard import format_heat_dashboard


def lines(*args, **options):
    return format_heat_dashboard(heat_metrics(*args, **options)).splitlines()


def test_the_example_in_the_docstring_is_what_is_printed():
    results = doctest.testmod(dashboard)
    assert results.attempted > 0
    assert results.failed == 0


def test_a_book_without_positions_uses_nothing():
    assert lines([], 50_000.0, CONSERVATIVE) == [
        "PORTFOLIO HEAT DASHBOARD",
        "==============================",
        "Current Heat: 0.0% / 8.0% (0% utilized)",
        "Remaining Heat: 8.0%",
        "Active Positions: 0 / 2 maximum",
        "Average Position Heat: 0.0%",
        "Largest Position Heat: 0.0%",
        "Heat Status: NORMAL",
    ]


def test_a_book_over_its_limit_is_an_emergency_with_nothing_left():
    assert lines([3600, 2000, 2000, 4500], 100_000, AGGRESSIVE)[2:] == [
        "Current Heat: 12.1% / 12.0% (101% utilized)",
        "Remaining Heat: 0.0%",
        "Active Positions: 4 / 4 maximum",
        "Average Position Heat: 3.0%",
        "Largest Position Heat: 4.5%",
        "Heat Status: EMERGENCY",
    ]


def test_without_limits_no_limit_is_printed():
    assert lines([4100], 100_000, UNCONTROLLED)[2:] == [
        "Current Heat: 4.1% (no limit)",
        "Remaining Heat: no limit",
        "Active Positions: 1 (no limit)",
        "Average Position Heat: 4.1%",
        "Largest Position Heat: 4.1%",
        "Heat Status: NORMAL",
    ]


def test_a_lost_account_has_infinite_heat():
    assert lines([4100], 0.0, MODERATE)[2:] == [
        "Current Heat: infinite / 10.0% (infinite utilized)",
        "Remaining Heat: 0.0%",
        "Active Positions: 1 / 3 maximum",
        "Average Position Heat: infinite",
        "Largest Position Heat: infinite",
        "Heat Status: EMERGENCY",
    ]


def test_an_unknown_equity_is_not_available():
    assert lines([4100], float("nan"), MODERATE)[2:4] == [
        "Current Heat: n/a / 10.0% (n/a utilized)",
        "Remaining Heat: n/a",
    ]


@pytest.mark.parametrize("profile", [CONSERVATIVE, MODERATE, AGGRESSIVE, UNCONTROLLED])
def test_every_dashboard_is_ascii_of_eight_lines(profile):
    text = format_heat_dashboard(heat_metrics([1000, 2000], 100_000, profile))
    assert text.isascii()
    assert len(text.splitlines()) == 8


def test_the_status_is_the_one_that_is_given():
    metrics = dataclasses.replace(heat_metrics([100], 100_000, MODERATE), heat_status=Tier.CRITICAL.name)
    assert format_heat_dashboard(metrics).endswith("Heat Status: CRITICAL")
