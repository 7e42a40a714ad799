from __future__ import annotations

import pytest

from bt_risk.rules.profile import (
    AGGRESSIVE,
    CONSERVATIVE,
    MODERATE,
    UNCONTROLLED,
    UNPROTECTED,
    find_doubts,
    load_profile,
)

BY_RISK = "is measured by the initial risk, which only a trade with a stop of its own has"
NO_STOP = {"stop": "none", "trail": "none", "sizing": ("fixed_fraction",), "max_heat": None}

# Nothing in it is near a bound.
CALM = {"drawdown_reduce": None, "drawdown_emergency": None, "risk_per_trade_max": None, "max_position": 0.10}


def doubts_of(**fields) -> list[str]:
    return find_doubts(MODERATE.replace(**{**CALM, **fields}))


@pytest.mark.parametrize(
    "profile",
    [CONSERVATIVE, MODERATE, AGGRESSIVE, UNCONTROLLED, UNPROTECTED],
    ids=lambda profile: profile.name,
)
def test_no_shipped_profile_is_doubtful(profile):
    assert find_doubts(profile) == []


# Four sets of risk per trade, drawdown halt, heat limit and largest position, each with one value too high.
@pytest.mark.parametrize(
    ("risk", "drawdown", "heat", "position", "doubt"),
    [
        (0.051, 0.15, 0.10, 0.10, "risk_per_trade 0.051 is above 0.05"),
        (0.02, 0.20, 0.10, 0.10, "drawdown_halt 0.2 is 0.2 or more"),
        (0.02, 0.15, 0.151, 0.10, "max_heat 0.151 is above 0.15"),
        (0.02, 0.15, 0.10, 0.31, "max_position 0.31 is above 0.3"),
    ],
)
def test_the_four_bounds_of_good_practice(risk, drawdown, heat, position, doubt):
    (found,) = doubts_of(risk_per_trade=risk, drawdown_halt=drawdown, max_heat=heat, max_position=position)
    assert found.startswith(doubt)


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({"kelly_fraction": 0.51}, "kelly_fraction 0.51 is above 0.5"),
        ({"single_position_gate": 0.31}, "single_position_gate 0.31 is above 0.3"),
        ({"max_leverage": 6}, "max_leverage 6 is above 5"),
        ({"max_correlation": 0.71}, "max_correlation 0.71 is above 0.7"),
        ({"drawdown_halt": 0.2 * (1 - 1e-12)}, "drawdown_halt 0.2 is 0.2 or more"),
        ({"alert_drawdown": 0.15}, "alert_drawdown 0.15 never comes before drawdown_halt 0.15"),
        ({"alert_positions": 3}, "alert_positions 3 never comes before max_positions 3"),
        ({"alert_daily_loss": 0.08}, "alert_daily_loss 0.08 never comes before daily_loss 0.05"),
        (
            {"alert_correlation": 0.8, "max_correlation": 0.7},
            "alert_correlation 0.8 never comes before max_correlation 0.7",
        ),
        ({"target": "r", "target_r": 1.99}, "the target pays 1.99 times the risk, below 2"),
        ({"target": "r", "target_r": 1.5}, "the target pays 1.5 times the risk, below 2"),
        (
            {"target": "r", "target_r": 1.49},
            "the target pays 1.49 times the risk, below 1.5, the least that makes sense",
        ),
        ({"min_reward_to_risk": 1.5}, "min_reward_to_risk is 1.5, below 2"),
        ({"min_reward_to_risk": 1.2}, "min_reward_to_risk is 1.2, below 1.5, the least that makes sense"),
        ({"min_hold": 48, "max_hold": 24}, "min_hold 48 exceeds max_hold 24: no signal closes a position"),
        (
            {"max_hold": 2, "position_timeout": 3600},
            "max_hold 2 (hours) is never reached: position_timeout is 3600 (seconds)",
        ),
        (
            {**NO_STOP, "max_heat": 0.1},
            "max_heat without a stop: a position without one counts with its whole notional",
        ),
        (
            {"place_stops": False, "trail": "none"},
            "max_heat with place_stops=False: unprotected positions count with their whole notional",
        ),
        ({**NO_STOP, "trail": "chandelier"}, f"trail 'chandelier' {BY_RISK}"),
        ({**NO_STOP, "break_even": 1}, f"break_even {BY_RISK}"),
        ({**NO_STOP, "target": "r"}, f"target 'r' {BY_RISK}"),
        ({**NO_STOP, "target": "farther"}, f"target 'farther' {BY_RISK}"),
        ({**NO_STOP, "ladder": ((1, 0.5),)}, f"ladder {BY_RISK}"),
        ({"target_heat": (0.06, 0.095)}, "target_heat high 0.095 lies in the CRITICAL tier, from 0.095"),
        (
            {"max_stressed_heat": 0.09},
            "max_heat 0.1 is never reached: max_stressed_heat 0.09 comes before it",
        ),
        ({"max_correlated_heat": 0.1}, "max_correlated_heat 0.1 never comes before max_heat 0.1"),
        ({"groups": {"A": "oil"}}, "groups limit nothing: max_sector_exposure is off"),
        ({"anchor": "SPY"}, "anchor 'SPY' limits nothing: max_correlated_exposure is off"),
        ({"betas": {"A": 1.2}}, "betas mean nothing without an anchor"),
        (
            {"sizing": ("kelly", "risk_per_trade"), "kelly_prior": (0.5, 1.0)},
            "kelly_prior (0.5, 1) has no edge: no trade is ever opened",
        ),
    ],
)
def test_a_doubtful_value_is_named(fields, doubt):
    (found,) = doubts_of(**fields)
    assert found == doubt or found.startswith(f"{doubt}: ")


@pytest.mark.parametrize(
    "fields",
    [
        {
            "risk_per_trade": 0.05,
            "max_heat": 0.15,
            "max_position": 0.30,
            "max_leverage": 5,
            "kelly_fraction": 0.5,
        },
        {"risk_per_trade": 0.05 * (1 + 1e-12)},
        {"drawdown_halt": 0.1999},
        {"drawdown_halt": None, "alert_drawdown": 0.9},
        {"alert_drawdown": 0.12, "alert_positions": 2, "alert_daily_loss": 0.04},
        {"target": "r", "target_r": 2, "min_reward_to_risk": 1},
        {"target": "atr", "stop": "fixed"},
        {"min_hold": 24, "max_hold": 24},
        {"min_hold": 24},
        {"max_hold": 1},
        {"max_hold": 1, "position_timeout": 3600},
        {"target_heat": None, "allocation": "risk_per_trade"},
        {"max_heat": None},
        {"max_heat": None, "max_stressed_heat": 0.09, "max_correlated_heat": 0.2},
        {"max_stressed_heat": 0.1 * (1 - 1e-12), "max_correlated_heat": 0.099},
        {**NO_STOP, "trail": "fixed"},
        {**NO_STOP, "trail": "chandelier", "trail_activation": 0},
        {**NO_STOP, "target": "atr"},
        {"groups": {"A": "oil"}, "max_sector_exposure": 0.3},
        {"anchor": "SPY", "betas": {"A": 1.2}, "max_correlated_exposure": 0.25},
        {"max_sector_exposure": 0.3, "max_correlated_exposure": 0.25},
        {"kelly_prior": (0.5, 1.0)},
        {"sizing": ("kelly",), "kelly_prior": (0.51, 1.0)},
        {"sizing": ("kelly",), "kelly_prior": (0.5, 1.0), "kelly_floor": 0.01},
    ],
)
def test_what_is_at_its_bound_or_off_is_not_doubtful(fields):
    assert doubts_of(**fields) == []


def test_every_doubt_is_told():
    assert len(doubts_of(risk_per_trade=0.06, max_heat=0.2, drawdown_halt=0.25, max_position=0.5)) == 4


def test_presets_with_targets_below_twice_the_risk_or_late_alerts_say_so():
    with pytest.warns(
        UserWarning, match="'intraday_conservative': the target pays 1.5 times the risk, below 2$"
    ):
        load_profile("intraday_conservative")
    with pytest.warns(
        UserWarning, match="'intraday_moderate': the target pays 1.66667 times the risk, below 2$"
    ):
        load_profile("intraday_moderate")
    with pytest.warns(
        UserWarning, match="'enterprise': alert_daily_loss 0.08 .*; alert_correlation 0.8 never"
    ):
        load_profile("enterprise")
