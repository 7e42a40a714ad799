from __future__ import annotations

import pytest

from bt_risk.errors import ProfileError
from bt_risk.rules.profile import MODERATE, RiskProfile
from bt_risk.rules.profile.contradictions import planned_reward_to_risk
from tests.rules.profile.problems import problem_of

NO_STOP = {"stop": "none", "trail": "none", "sizing": ("fixed_fraction",)}


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"risk_per_trade": 0.06}, "risk_per_trade 0.06 exceeds risk_per_trade_max 0.05"),
        ({"risk_per_trade": 0.11, "risk_per_trade_max": None}, "risk_per_trade 0.11 exceeds max_heat 0.1"),
        ({"max_stressed_heat": 0.02}, "risk_per_trade 0.0233 exceeds max_stressed_heat 0.02"),
        ({"max_correlated_heat": 0.02}, "risk_per_trade 0.0233 exceeds max_correlated_heat 0.02"),
        (
            {"heat_reserve": 0.25, "max_heat": None},
            "heat_reserve 0.25 is a share of max_heat and needs it, e.g. 0.10 for 10 %",
        ),
        ({"kelly_min": 0.06, "kelly_max": 0.05}, "kelly_min 0.06 exceeds kelly_max 0.05"),
        ({"kelly_floor": 0.06, "kelly_max": 0.05}, "kelly_floor 0.06 exceeds kelly_max 0.05"),
        ({"conviction_low": 1.5}, "conviction_low 1.5 exceeds conviction_medium 1"),
        ({"conviction_high": 0.9}, "conviction_medium 1 exceeds conviction_high 0.9"),
        ({"min_position": 0.3}, "min_position 0.3 exceeds max_position 0.25"),
        ({"heat_warning": 0.96}, "heat_warning 0.96 exceeds heat_critical 0.95"),
        ({"heat_hysteresis": 0.91}, "heat_hysteresis 0.91 exceeds heat_warning 0.9"),
        ({"emergency_positions": 2}, "max_positions 3 exceeds emergency_positions 2"),
        ({"emergency_daily_loss": 0.04}, "daily_loss 0.05 exceeds emergency_daily_loss 0.04"),
        ({"drawdown_halt": 0.21}, "drawdown_halt 0.21 exceeds drawdown_reduce 0.2"),
        (
            {"drawdown_halt": 0.31, "drawdown_reduce": None},
            "drawdown_halt 0.31 exceeds drawdown_emergency 0.3",
        ),
        ({"drawdown_emergency": 0.19}, "drawdown_reduce 0.2 exceeds drawdown_emergency 0.19"),
        ({"confidence_low": 0.8}, "confidence_low 0.8 must be below confidence_high 0.8"),
        ({"target_heat": (0.08, 0.06)}, "target_heat low 0.08 exceeds target_heat high 0.06"),
        ({"target_heat": (0.06, 0.11)}, "target_heat high 0.11 exceeds max_heat 0.1"),
        ({"target_heat": None}, "allocation 'target_heat' needs a target_heat band, e.g. (0.06, 0.08)"),
        (
            {"target_heat": None, "allocation": "equal_heat"},
            "allocation 'equal_heat' needs a target_heat band, e.g. (0.06, 0.08)",
        ),
        ({"allocation": "equal_heat", "max_positions": None}, "allocation 'equal_heat' needs max_positions"),
        (
            {"risk_per_trade": None},
            "sizing 'risk_per_trade' needs risk_per_trade, e.g. 0.02 for 2 %, or risk_money",
        ),
        ({"risk_per_trade": None, "sizing": ("atr_risk",)}, "sizing 'atr_risk' needs risk_per_trade"),
        ({"risk_per_trade": None, "sizing": ("regime",)}, "sizing 'regime' needs risk_per_trade"),
        (
            {"risk_per_trade": None, "sizing": ("dynamic",), "allocation": "conviction"},
            "allocation 'conviction' needs risk_per_trade",
        ),
        (
            {"stop": "none", "trail": "none"},
            "sizing 'risk_per_trade' needs a stop: set stop to 'atr' or 'fixed'",
        ),
        ({**NO_STOP, "sizing": ("regime",)}, "sizing 'regime' needs a stop"),
        ({"sizing": ("kelly",)}, "sizing 'kelly' needs a second method to trade by until kelly_min_trades"),
        (
            {"sizing": ("confidence",), "max_position": None},
            "sizing 'confidence' takes a part of max_position",
        ),
        ({"max_position": 5}, "max_position 5 exceeds max_leverage 1 (5 % is 0.05)"),
        ({"max_exposure": 3.5, "max_leverage": 0.5}, "max_exposure 3.5 exceeds max_leverage 0.5"),
        ({"single_position_gate": 2}, "single_position_gate 2 exceeds max_leverage 1"),
        ({"max_sector_exposure": 2}, "max_sector_exposure 2 exceeds max_leverage 1"),
        ({"max_correlated_exposure": 2}, "max_correlated_exposure 2 exceeds max_leverage 1"),
        ({"place_stops": False}, "trail 'chandelier' moves stops, and place_stops=False sends none"),
        (
            {"place_stops": False, "trail": "none", "break_even": 1},
            "break_even moves stops, and place_stops=False",
        ),
        (
            {"target": "r", "target_r": 1.9, "min_reward_to_risk": 2},
            "the target pays 1.9 times the risk, less than min_reward_to_risk 2: no trade passes",
        ),
        (
            {"min_hold": 2, "position_timeout": 3600},
            "min_hold 2 (hours) exceeds position_timeout 3600 (seconds): no signal could close a position",
        ),
        (
            {"volatility_tiers": ((0.2, 0.75), (0.3, 0.5))},
            "volatility_tiers must begin with the highest volatility",
        ),
        (
            {"volatility_tiers": ((0.3, 0.5), (0.3, 0.4))},
            "volatility_tiers must begin with the highest volatility",
        ),
        ({"ladder": ((2, 0.5), (1, 0.5))}, "ladder must begin with the nearest rung"),
        ({"ladder": ((1, 0.5), (1, 0.5))}, "ladder must begin with the nearest rung"),
        (
            {"ladder": ((1, 0.5), (2, 0.6))},
            "ladder closes 1.1 times the position, its shares must add up to at most 1",
        ),
        (
            {"entry_windows": (("22:00", "02:00"),)},
            "entry_windows must end after they begin (split 22:00 to 02:00 at",
        ),
        ({"entry_windows": (("09:30", "09:30"),)}, "entry_windows must end after they begin"),
    ],
)
def test_a_contradiction_is_refused(fields, text):
    (problem,) = problem_of(**fields).removeprefix("profile 'custom': ").split("; ")
    assert problem.startswith(text)


@pytest.mark.parametrize(
    "fields",
    [
        {"risk_per_trade": 0.05},
        {"risk_per_trade": 0.10, "risk_per_trade_max": None},
        {"risk_per_trade": 0.05 * (1 + 1e-12)},
        {"risk_per_trade": None, "risk_money": 200},
        {
            "risk_per_trade": None,
            "sizing": ("fixed_fraction", "kelly", "dynamic", "confidence", "cash_fraction"),
        },
        {"target_heat": (0.08, 0.08)},
        {"target_heat": None, "allocation": "risk_per_trade"},
        {"target_heat": None, "allocation": "conviction"},
        {"max_heat": None, "target_heat": (0.5, 1.0)},
        {"heat_warning": 1.0, "heat_critical": 1.0, "heat_hysteresis": 1.0},
        {"allocation": "equal_heat"},
        {"heat_reserve": 1.0},
        {"max_stressed_heat": 0.0233, "max_correlated_heat": 0.0233},
        {"min_hold": 1, "position_timeout": 3600},
        {"min_hold": 0.1, "position_timeout": 360 * (1 - 1e-12)},
        {"position_timeout": 1},
        {"allocation": "equal_heat", "risk_per_trade": None},
        {"sizing": ("kelly", "cash_fraction"), "stop": "none", "trail": "none"},
        {"sizing": ("kelly",), "kelly_prior": (0.5, 2.0)},
        {"sizing": ("atr_risk",), "stop": "none", "trail": "none"},
        {"kelly_min": 0.05, "kelly_floor": 0.05, "kelly_max": 0.05},
        {"max_position": 1, "max_exposure": 1, "max_leverage": 0.5},
        {"max_position": 5, "max_leverage": 1.1},
        {"max_position": 10, "max_leverage": None},
        {**NO_STOP, "trail": "chandelier", "break_even": 1, "target": "farther", "ladder": ((1, 0.5),)},
        {"place_stops": False, "trail": "none"},
        {"drawdown_halt": 0.2, "drawdown_reduce": 0.2, "drawdown_emergency": 0.2},
        {"drawdown_halt": 0.9, "drawdown_reduce": None, "drawdown_emergency": None},
        {"max_positions": None, "emergency_positions": 1},
        # 0.3 / 0.1 is 2.9999999999999996
        {
            "stop": "fixed",
            "fixed_stop": 0.1,
            "target": "fixed",
            "target_fraction": 0.3,
            "min_reward_to_risk": 3,
        },
        {"target": "atr", "target_atr": 1, "atr_stop": 3, "stop": "fixed", "min_reward_to_risk": 2},
        {"ladder": ((1, 0.1), (2, 0.2), (3, 0.7))},
    ],
)
def test_what_only_touches_its_limit_is_no_contradiction(fields):
    RiskProfile(**fields)


def test_all_contradictions_are_told_at_once():
    message = problem_of(risk_per_trade=0.2, target_heat=(0.3, 0.25), heat_warning=0.99)
    assert message.count("exceeds") == 5


def test_contradictions_wait_until_each_value_is_in_its_domain():
    assert "exceeds" not in problem_of(risk_per_trade=0.2, lot=-1)


@pytest.mark.parametrize(
    ("fields", "ratio"),
    [
        ({"target": "none"}, None),
        ({"target": "r", "target_r": 3}, 3.0),
        ({"target": "atr", "target_atr": 5, "atr_stop": 2.5}, 2.0),
        ({"target": "atr", "stop": "fixed"}, None),
        ({"target": "fixed", "target_fraction": 0.06, "stop": "fixed", "fixed_stop": 0.03}, 2.0),
        ({"target": "fixed", "stop": "atr"}, None),
        ({"target": "farther", "target_atr": 6, "atr_stop": 2, "target_r": 2}, 3.0),
        ({"target": "farther", "target_atr": 3, "atr_stop": 2, "target_r": 2}, 2.0),
        ({"target": "farther", "target_atr": 30, "stop": "fixed", "target_r": 2}, 2.0),
        ({**NO_STOP, "target": "fixed"}, None),
    ],
)
def test_the_planned_reward_is_known_where_stop_and_target_have_one_measure(fields, ratio):
    found = planned_reward_to_risk(RiskProfile(**fields))
    assert found == (None if ratio is None else pytest.approx(ratio, rel=1e-12))


def test_replace_gives_a_new_checked_profile_and_leaves_the_old_one():
    assert (MODERATE.replace(max_heat=0.2).max_heat, MODERATE.max_heat) == (0.2, 0.10)
    with pytest.raises(
        ValueError, match=r"max_heat must be a fraction in \(0, 1\], e.g. 0.02 for 2 %; received 8"
    ):
        MODERATE.replace(max_heat=8)


def test_replace_names_every_unknown_field_with_the_nearest_one():
    with pytest.raises(ProfileError) as raised:
        MODERATE.replace(max_haet=0.1, lott=1, zzz=1)
    assert str(raised.value) == (
        "profile 'moderate': unknown key 'max_haet', did you mean 'max_heat'?;"
        " unknown key 'lott', did you mean 'lot'?; unknown key 'zzz'"
    )


def test_a_profile_takes_the_heat_of_another():
    profile = MODERATE.replace(
        name="other",
        allocation="equal_heat",
        max_heat=0.12,
        target_heat=(0.05, 0.07),
        heat_basis="mark",
        heat_warning=0.8,
        heat_critical=0.9,
        heat_hysteresis=0.01,
        reduction="trim",
        heat_reserve=0.2,
        max_stressed_heat=0.2,
        stress_atr=2.0,
        max_correlated_heat=0.1,
        heat_correlation=0.5,
        max_positions=5,
        lot=0,
    )
    assert MODERATE.with_heat_of(profile) == profile.replace(name="moderate", max_positions=3, lot=1)
    assert profile.with_heat_of(MODERATE) == MODERATE.replace(name="other", max_positions=5, lot=0)
