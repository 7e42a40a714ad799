from __future__ import annotations

from math import inf, nan

import pytest

from bt_risk import MODERATE
from bt_risk.rules.tiers import Tier, step_tier, tier_for

NORMAL, WARNING, CRITICAL, EMERGENCY = Tier


def test_tiers_are_in_the_order_of_gravity():
    assert NORMAL < WARNING < CRITICAL < EMERGENCY


@pytest.mark.parametrize(
    ("utilisation", "tier"),
    [
        (0.0, NORMAL),
        (0.8999, NORMAL),
        (0.90, WARNING),  # a threshold belongs to the tier it opens
        (0.9 - 1e-12, WARNING),
        (0.9499, WARNING),
        (0.95, CRITICAL),
        (0.95 - 1e-12, CRITICAL),
        (1.0, CRITICAL),  # the limit itself is used up, not exceeded
        (1.0 + 1e-10, CRITICAL),
        (1.0 + 1e-8, EMERGENCY),
        (1.2, EMERGENCY),
        (inf, EMERGENCY),
        (nan, NORMAL),
    ],
)
def test_a_tier_opens_at_its_threshold_and_an_emergency_only_above(utilisation, tier):
    assert tier_for(utilisation, MODERATE) is tier


def test_thresholds_are_the_profiles():
    profile = MODERATE.replace(heat_warning=0.5, heat_critical=0.6)
    assert [tier_for(u, profile) for u in (0.49, 0.5, 0.6, 1.0, 1.01)] == [
        NORMAL,
        WARNING,
        CRITICAL,
        CRITICAL,
        EMERGENCY,
    ]


@pytest.mark.parametrize("current", list(Tier))
@pytest.mark.parametrize(("utilisation", "tier"), [(0.90, WARNING), (0.95, CRITICAL), (1.01, EMERGENCY)])
def test_a_tier_rises_at_once(current, utilisation, tier):
    if tier >= current:
        assert step_tier(current, utilisation, MODERATE) is tier


@pytest.mark.parametrize(
    ("current", "utilisation", "tier"),
    [
        (WARNING, 0.90, WARNING),
        (WARNING, 0.885, WARNING),
        (WARNING, 0.88, WARNING),  # 2 % of max_heat below the beginning: still held
        (WARNING, 0.8799, NORMAL),
        (CRITICAL, 0.93, CRITICAL),
        (CRITICAL, 0.9299, WARNING),
        (CRITICAL, 0.85, NORMAL),
        (EMERGENCY, 1.0, EMERGENCY),
        (EMERGENCY, 0.9801, EMERGENCY),
        (EMERGENCY, 0.98, CRITICAL),
        (EMERGENCY, 0.94, CRITICAL),
        (EMERGENCY, 0.92, WARNING),
        (EMERGENCY, 0.0, NORMAL),
    ],
)
def test_a_tier_is_left_only_below_its_hysteresis(current, utilisation, tier):
    assert step_tier(current, utilisation, MODERATE) is tier


def test_without_hysteresis_every_bar_is_judged_alone():
    profile = MODERATE.replace(heat_hysteresis=0)
    walk = [0.5, 0.9, 0.95, 1.01, 1.0, 0.94, 0.89]
    tier, seen = NORMAL, []
    for utilisation in walk:
        tier = step_tier(tier, utilisation, profile)
        seen.append(tier)
    assert seen == [tier_for(utilisation, profile) for utilisation in walk]


def test_a_heat_that_trembles_around_a_threshold_opens_its_tier_once():
    tier, changes = NORMAL, 0
    for utilisation in (0.901, 0.899, 0.901, 0.895, 0.902, 0.881):
        after = step_tier(tier, utilisation, MODERATE)
        changes += after is not tier
        tier = after
    assert (tier, changes) == (WARNING, 1)
