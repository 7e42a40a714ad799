"""Worked examples of portfolio heat, in plain numbers, through the public functions."""

from __future__ import annotations

import dataclasses

import pytest

from bt_risk import AGGRESSIVE, CONSERVATIVE, MODERATE
from bt_risk.maths.heat import (
    equal_heat,
    excess_risk,
    heat_adjusted_size,
    heat_utilisation,
    portfolio_heat,
    position_risk,
    remaining_heat,
)
from bt_risk.rules.profile import PROFILES
from bt_risk.rules.reduction import plan_reduction
from bt_risk.rules.tiers import Tier, tier_for
from tests.rules.books import PLAIN, book, decide

LIMITS = {0.08: CONSERVATIVE, 0.10: MODERATE, 0.12: AGGRESSIVE}
LEAPED = {"QQQ": 3_600.0, "TSLA": 2_000.0, "NVDA": 2_000.0, "AMZN": 4_500.0}


@pytest.mark.parametrize(
    ("size", "entry", "stop", "risk"),
    [
        (100, 150, 144, 600),
        (50, 200, 190, 500),
        (20, 2500, 2400, 2000),
        (100, 400, 384, 1600),
        (50, 150, 144, 300),
        (200, 350, 332, 3600),
        (100, 200, 180, 2000),
        (50, 800, 760, 2000),
        (30, 3000, 2850, 4500),
    ],
)
def test_a_position_risks_its_distance_to_the_stop(size, entry, stop, risk):
    assert position_risk(size, entry, stop) == risk


def test_a_short_risks_upwards():
    assert position_risk(-100, 150, 156, is_long=False) == 600


def test_a_stop_beyond_the_entry_risks_nothing():
    assert position_risk(100, 150, 156) == 0


@pytest.mark.parametrize(
    ("risks", "equity", "heat"),
    [
        ([600, 500, 2000], 100_000, 0.031),
        ([1600, 300], 50_000, 0.038),
        ([3600, 2000, 2000, 4500], 100_000, 0.121),
        ([200], 10_000, 0.02),
        ([200, 300], 10_000, 0.05),
        ([], 10_000, 0.0),
        ([4100, 2000, 1700], 100_000, 0.078),
    ],
)
def test_heat_is_the_sum_of_the_risks_over_equity(risks, equity, heat):
    assert portfolio_heat(risks, equity) == pytest.approx(heat, rel=1e-12)


@pytest.mark.parametrize(
    ("heat", "max_heat", "tier"),
    [
        (0.0899, 0.10, Tier.NORMAL),
        (0.09, 0.10, Tier.WARNING),
        (0.0949, 0.10, Tier.WARNING),
        (0.095, 0.10, Tier.CRITICAL),
        (0.10, 0.10, Tier.CRITICAL),
        (0.1001, 0.10, Tier.EMERGENCY),
        (0.0719, 0.08, Tier.NORMAL),
        (0.076, 0.08, Tier.CRITICAL),
        (0.08, 0.08, Tier.CRITICAL),
        (0.108, 0.12, Tier.WARNING),
        (0.114, 0.12, Tier.CRITICAL),
        (0.12, 0.12, Tier.CRITICAL),
        (0.121, 0.12, Tier.EMERGENCY),
        (0.08, 0.10, Tier.NORMAL),
        (0.091, 0.10, Tier.WARNING),
        (0.101, 0.10, Tier.EMERGENCY),
    ],
)
def test_the_tier_of_a_heat_under_each_limit(heat, max_heat, tier):
    assert tier_for(heat_utilisation(heat, max_heat), LIMITS[max_heat]) is tier


@pytest.mark.parametrize(
    ("risks", "new_risk", "equity", "max_heat", "is_allowed"),
    [
        ([200, 300], 500, 10_000, 0.10, True),  # exactly 10 %
        ([200, 300], 500.01, 10_000, 0.10, False),
        ([300], 11_700, 100_000, 0.12, True),  # 0.003 + 0.117 is 0.12000000000000001 in floats
        ([], 100, 0, 0.10, False),
        ([8_000], 2_400, 100_000, 0.10, False),
    ],
)
def test_a_position_may_be_added_up_to_the_limit(risks, new_risk, equity, max_heat, is_allowed):
    # One unit loses `new_risk` at its stop: either the whole of it fits or nothing does.
    profile = PLAIN.replace(
        allocation="risk_per_trade",
        target_heat=None,
        risk_per_trade_max=None,
        max_heat=max_heat,
        sizing=("kelly", "cash_fraction"),
    )
    held = book(equity=float(equity), cash=1e9, open_risk=float(sum(risks)))
    price = 2.0 * new_risk
    ruling = decide(profile=profile, held=held, price=price, stop=price - new_risk, wanted=1.0)
    assert (ruling.units == 1) is is_allowed
    assert ruling.rule == ("own_size" if is_allowed else "halt" if equity == 0 else "max_heat")


def test_a_size_of_zero_is_no_trade():
    assert decide(wanted=0.0).rule == "valid_size"


@pytest.mark.parametrize(
    ("policy", "closed", "left"), [("highest_risk", ["AMZN"], 7_600), ("lowest_risk", ["TSLA"], 10_100)]
)
def test_an_emergency_closes_by_its_policy(policy, closed, left):
    cuts = plan_reduction(list(LEAPED.items()), untouchable=0.0, equity=100_000, max_heat=0.12, policy=policy)
    assert [cut.key for cut in cuts] == closed
    assert sum(LEAPED.values()) - sum(cut.share * LEAPED[cut.key] for cut in cuts) == left


def test_a_trim_cuts_only_the_hundred_that_is_too_much():
    (cut,) = plan_reduction(
        list(LEAPED.items()), untouchable=0.0, equity=100_000, max_heat=0.12, policy="trim"
    )
    assert (cut.key, cut.share * LEAPED["AMZN"]) == ("AMZN", pytest.approx(100))


@pytest.mark.parametrize(
    ("risk", "equity", "max_heat", "excess"), [(12_100, 100_000, 0.12, 100), (1_900, 50_000, 0.08, 0)]
)
def test_the_excess_is_what_has_to_go(risk, equity, max_heat, excess):
    assert excess_risk(risk, equity, max_heat) == pytest.approx(excess)


@pytest.mark.parametrize(("max_heat", "share"), [(0.08, 0.04), (0.10, 0.1 / 3), (0.12, 0.03)])
def test_equal_heat_splits_the_limit_over_the_positions(max_heat, share):
    profile = LIMITS[max_heat]
    assert profile.max_heat == max_heat
    assert equal_heat(profile.max_heat, profile.max_positions) == pytest.approx(share)


@pytest.mark.parametrize(
    ("entry", "stop", "wanted", "heat", "max_heat", "equity", "units"),
    [
        (100, 95, 500, 0.078, 0.10, 100_000, 440),  # 2 200 of room at 5 a unit
        (100, 95, 400, 0.12, 0.10, 100_000, 0),
        (100, 99, 100_000, 0.007, 0.08, 100_000, 7_300),  # 7 299.999... in floats
        (100, 94, 100, 0.05, 0.10, 10_000, 83),
        (100, 100, 400, 0.0, 0.10, 100_000, 0),  # no distance is no defined risk
    ],
)
def test_a_size_is_cut_to_the_heat_that_is_left(entry, stop, wanted, heat, max_heat, equity, units):
    assert heat_adjusted_size(wanted, entry - stop, heat=heat, max_heat=max_heat, equity=equity) == units


@pytest.mark.parametrize(
    ("wanted", "open_risk", "equity", "stop", "max_heat", "units"),
    [
        (500.0, 7_800.0, 100_000.0, 95.0, 0.10, 440),
        (400.0, 12_000.0, 100_000.0, 95.0, 0.10, 0),
        (100.0, 500.0, 10_000.0, 94.0, 0.10, 83),
    ],
)
def test_the_desk_grants_what_the_formula_does(wanted, open_risk, equity, stop, max_heat, units):
    profile = PLAIN.replace(
        max_heat=max_heat, risk_per_trade=max_heat, risk_per_trade_max=None, sizing=("risk_per_trade",)
    )
    held = book(equity=equity, cash=1e9, open_risk=open_risk)
    assert decide(profile=profile, held=held, stop=stop, wanted=wanted).units == units


def test_what_a_dashboard_shows():
    risks = [4_100, 2_000, 1_700]
    heat = portfolio_heat(risks, 100_000)
    assert heat_utilisation(heat, 0.10) == pytest.approx(0.78)
    assert remaining_heat(heat, 0.10) == pytest.approx(0.022)
    assert heat / len(risks) == pytest.approx(0.026)
    assert max(risks) / 100_000 == pytest.approx(0.041)
    assert tier_for(heat_utilisation(heat, 0.10), MODERATE) is Tier.NORMAL


def test_the_limits_are_the_shipped_profiles():
    assert {profile.max_heat for profile in PROFILES.values() if profile.max_heat} == set(LIMITS)
    assert [dataclasses.asdict(profile)["max_positions"] for profile in LIMITS.values()] == [2, 3, 4]
