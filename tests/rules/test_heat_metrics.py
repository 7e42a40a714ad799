from __future__ import annotations

from math import inf, isnan, nan

import pytest

from bt_risk import MODERATE, UNCONTROLLED
from bt_risk.rules.heat_metrics import heat_metrics
from bt_risk.rules.tiers import Tier


def test_positions_share_the_open_risk_and_reserved_risk_belongs_to_none():
    found = heat_metrics([3000, 1000], 100_000, MODERATE, reserved_risk=2000)
    assert found.current_heat == pytest.approx(0.06)
    assert found.heat_utilization == pytest.approx(0.6)
    assert found.remaining_heat == pytest.approx(0.04)
    assert (found.average_position_heat, found.largest_position_heat) == (0.02, 0.03)
    assert (found.positions_count, found.max_positions) == (2, 3)
    assert (found.max_heat, found.target_heat) == (MODERATE.max_heat, MODERATE.target_heat)


@pytest.mark.parametrize(
    ("risk", "status", "level"),
    [(8_999, "NORMAL", 0), (9_000, "WARNING", 1), (9_500, "CRITICAL", 2), (10_000.1, "EMERGENCY", 3)],
)
def test_the_status_is_the_tier_of_the_heat(risk, status, level):
    found = heat_metrics([risk], 100_000, MODERATE)
    assert (found.heat_status, found.heat_level) == (status, level)


def test_a_tier_that_the_desk_still_holds_is_the_status():
    found = heat_metrics([8_900], 100_000, MODERATE, tier=Tier.CRITICAL)
    assert (found.heat_status, found.heat_level) == ("CRITICAL", 2)


def test_an_empty_book_has_no_position_heat():
    found = heat_metrics([], 100_000, MODERATE)
    assert (found.current_heat, found.average_position_heat, found.largest_position_heat) == (0.0, 0.0, 0.0)
    assert found.remaining_heat == MODERATE.max_heat


def test_without_a_limit_its_use_is_undefined():
    found = heat_metrics([1000], 100_000, UNCONTROLLED)
    assert isnan(found.heat_utilization)
    assert isnan(found.remaining_heat)
    assert found.max_heat is None
    assert found.heat_status == "NORMAL"


def test_a_lost_account_is_infinitely_hot_and_an_unknown_one_is_unknown():
    lost = heat_metrics([1000], 0.0, MODERATE)
    assert (lost.current_heat, lost.remaining_heat, lost.heat_status) == (inf, 0.0, "EMERGENCY")
    assert isnan(heat_metrics([1000], nan, MODERATE).current_heat)
